// Two-class problems from labelled images. Pure logic: reading files is io's business.
//   binarised:     xi = +1 where the pixel is above its image's median, else -1 (a pixel equal to the median is -1)
//   standardised:  xi = (pixel - mean)/deviation, both of that pixel over the training selection
// Training: P images drawn without replacement by (seed, data_subset) from the two classes' training images; a smaller P takes the
// first of a larger one. Test: the two classes' other training images in file order, then their official test images.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "problems/problem.hpp"

namespace wfm {

struct Images {
  int count = 0, rows = 0, cols = 0;
  std::vector<std::uint8_t> pixels;  // count x rows x cols
  std::vector<std::uint8_t> labels;  // count: class of each image

  std::size_t size() const { return std::size_t(rows) * cols; }  // pixels of an image
  std::span<const std::uint8_t> image(std::size_t a) const { return {pixels.data() + a * size(), size()}; }
};

/// Throws InvalidInput unless the counts are >= 0 and fit the pixels and labels. `which` begins the message.
void validate(const Images& images, std::string_view which);

inline constexpr std::array<std::string_view, 10> fashion_mnist_classes = {
    "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"};

/// Index of a Fashion-MNIST class from its name, or from its number "0" ... "9". Throws InvalidInput for anything else.
int fashion_mnist_class(std::string_view name);

enum class PixelInputs { binarised, standardised };

struct ImageParams {
  int positive_class = 3;                       // label +1 (Fashion-MNIST: Dress)
  int negative_class = 4;                       // label -1 (Fashion-MNIST: Coat)
  std::int64_t patterns = 0;                    // P >= 1, at most the two classes' training images
  std::uint64_t seed = 0;                       // of the selection
  double margin = 0;                            // kappa asked of the training patterns
  PixelInputs inputs = PixelInputs::binarised;  // how pixels become inputs
  bool drop_constant = false;  // leave out inputs that are constant over the training selection
  bool odd_inputs = false;     // append a +1 (a bias) to an even number of inputs; not for trees
};

/// The problem with training and test set. With odd_inputs the constant input is the last one: 784 pixels are an even number, and an
/// odd number of +-1 inputs leaves no ties w.xi = 0. `architecture.inputs` is 0 (taken from the data) or the number that results. A pixel
/// that is constant over the training selection and not dropped is 0 when standardised. Throws InvalidInput for a class without
/// training images, P out of range, image sets that do not fit each other, or an architecture that does not fit the inputs.
Problem make_image_problem(const Images& training, const Images& official_test, Architecture architecture,
                           WeightKind weight_kind, const ImageParams& params);

/// The median of the pixels: the middle one, or the mean of the two middle ones.
double median(std::span<const std::uint8_t> pixels);

}  // namespace wfm
