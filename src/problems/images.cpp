#include "problems/images.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/random.hpp"

namespace wfm {

void validate(const Images& images, std::string_view which) {
  if (images.count < 0 || images.rows < 1 || images.cols < 1)
    throw InvalidInput(fmt::format("{} images need count >= 0, rows >= 1, cols >= 1, got {}, {}, {}", which,
                                   images.count, images.rows, images.cols));
  if (images.pixels.size() != images.size() * images.count ||
      images.labels.size() != std::size_t(images.count))
    throw InvalidInput(fmt::format("{} {} images need {} pixels and {} labels, got {} and {}", images.count,
                                   which, images.size() * images.count, images.count, images.pixels.size(),
                                   images.labels.size()));
}

int fashion_mnist_class(std::string_view name) {
  for (int c = 0; c < 10; ++c)
    if (name == fashion_mnist_classes[c] || name == std::to_string(c)) return c;
  throw InvalidInput(fmt::format("a Fashion-MNIST class is 0 ... 9 or one of {}, got '{}'",
                                 fmt::join(fashion_mnist_classes, ", "), name));
}

double median(std::span<const std::uint8_t> pixels) {
  if (pixels.empty()) throw InvalidInput("the median needs at least one pixel, got none");
  std::vector<std::uint8_t> sorted(pixels.begin(), pixels.end());
  std::ranges::sort(sorted);
  const std::size_t n = sorted.size();
  return (sorted[(n - 1) / 2] + sorted[n / 2]) / 2.0;
}

namespace {

using ImageView = std::span<const std::uint8_t>;

struct Selection {
  std::vector<ImageView> images;
  std::vector<std::int8_t> labels;

  void add(const Images& from, std::size_t a, int positive_class) {
    images.push_back(from.image(a));
    labels.push_back(from.labels[a] == positive_class ? 1 : -1);
  }
};

// Images of the two classes, in file order.
std::vector<std::size_t> images_of(const Images& images, const ImageParams& params) {
  std::vector<std::size_t> chosen;
  for (std::size_t a = 0; a < images.labels.size(); ++a)
    if (images.labels[a] == params.positive_class || images.labels[a] == params.negative_class)
      chosen.push_back(a);
  return chosen;
}

// How pixels become inputs, fixed by the training selection and used for all images.
class PixelMap {
 public:
  PixelMap(const std::vector<ImageView>& training, std::size_t size, const ImageParams& params)
      : inputs_(params.inputs), mean_(size, 0), deviation_(size, 0) {
    if (inputs_ == PixelInputs::standardised) standardise(training);
    for (std::size_t i = 0; i < size; ++i) kept_.push_back(i);
    if (params.drop_constant) drop_constant(training);
    append_one_ = params.odd_inputs && kept_.size() % 2 == 0;
  }

  std::size_t inputs() const { return kept_.size() + append_one_; }

  std::vector<double> operator()(ImageView image) const {
    const std::vector<double> all = values(image);
    std::vector<double> xi;
    for (const std::size_t i : kept_) xi.push_back(all[i]);
    if (append_one_) xi.push_back(1);
    return xi;
  }

 private:
  std::vector<double> values(ImageView image) const {
    std::vector<double> xi(image.size());
    if (inputs_ == PixelInputs::binarised) {
      const double middle = median(image);
      for (std::size_t i = 0; i < xi.size(); ++i) xi[i] = image[i] > middle ? 1 : -1;
    } else {
      for (std::size_t i = 0; i < xi.size(); ++i)
        xi[i] = deviation_[i] > 0 ? (image[i] - mean_[i]) / deviation_[i] : 0;
    }
    return xi;
  }

  void standardise(const std::vector<ImageView>& training) {
    // Integer sums, so that the deviation of a constant pixel is exactly zero: P^2 variance = P sum x^2 - (sum x)^2.
    const std::int64_t P = std::int64_t(training.size());
    for (std::size_t i = 0; i < mean_.size(); ++i) {
      std::int64_t sum = 0, squares = 0;
      for (const ImageView image : training) {
        sum += image[i];
        squares += image[i] * image[i];
      }
      mean_[i] = double(sum) / double(P);
      deviation_[i] = std::sqrt(double(P * squares - sum * sum)) / double(P);
    }
  }

  void drop_constant(const std::vector<ImageView>& training) {
    const std::vector<double> first = values(training.front());
    std::vector<bool> varies(first.size());
    for (const ImageView image : training) {
      const std::vector<double> xi = values(image);
      for (std::size_t i = 0; i < xi.size(); ++i)
        if (xi[i] != first[i]) varies[i] = true;
    }
    std::erase_if(kept_, [&](std::size_t i) { return !varies[i]; });
    if (kept_.empty())
      throw InvalidInput(fmt::format("some input must vary over the training images, got {} images all alike",
                                     training.size()));
  }

  PixelInputs inputs_;
  std::vector<double> mean_, deviation_;  // of each pixel over the training selection
  std::vector<std::size_t> kept_;         // pixels that become inputs
  bool append_one_ = false;               // then a constant +1 input
};

Patterns make_patterns(Selection selection, const PixelMap& pixel_map, bool binary) {
  const std::size_t P = selection.images.size(), N = pixel_map.inputs();
  BitMatrix bits(binary ? P : 0, N);
  RealMatrix reals(binary ? 0 : Eigen::Index(P), Eigen::Index(N));
  for (std::size_t a = 0; a < P; ++a) {
    const std::vector<double> xi = pixel_map(selection.images[a]);
    if (binary)
      pack_signs(xi, bits.row(a));
    else
      reals.row(Eigen::Index(a)) = Eigen::Map<const Eigen::RowVectorXd>(xi.data(), Eigen::Index(N));
  }
  Patterns patterns;
  patterns.labels = std::move(selection.labels);
  if (binary)
    patterns.inputs = std::move(bits);
  else
    patterns.inputs = std::move(reals);
  return patterns;
}

void require_valid(const Images& training, const Images& official_test, const Architecture& architecture,
                   const ImageParams& params) {
  validate(training, "training");
  validate(official_test, "test");
  if (official_test.rows != training.rows || official_test.cols != training.cols)
    throw InvalidInput(fmt::format("training and test images have one size, got {} x {} and {} x {}",
                                   training.rows, training.cols, official_test.rows, official_test.cols));
  if (params.positive_class == params.negative_class)
    throw InvalidInput(fmt::format("two different classes are needed, got {} twice", params.positive_class));
  for (const int c : {params.positive_class, params.negative_class})
    if (std::ranges::count(training.labels, c) == 0)
      throw InvalidInput(
          fmt::format("each class needs training images, got none of class {} among {}", c, training.count));
  const std::size_t available = images_of(training, params).size();
  if (params.patterns < 1 || std::size_t(params.patterns) > available)
    throw InvalidInput(
        fmt::format("the number of training patterns must be in 1 ... {}, the training images of the two "
                    "classes, got {}",
                    available, params.patterns));
  if (params.odd_inputs && architecture.tree)
    throw InvalidInput("odd_inputs is for machines whose units see all inputs, got a tree");
}

}  // namespace

Problem make_image_problem(const Images& training, const Images& official_test, Architecture architecture,
                           WeightKind weight_kind, const ImageParams& params) {
  require_valid(training, official_test, architecture, params);
  const bool binary = params.inputs == PixelInputs::binarised;
  const std::size_t P = std::size_t(params.patterns);

  const std::vector<std::size_t> candidates = images_of(training, params);
  const std::vector<std::size_t> official = images_of(official_test, params);
  require_memory(pattern_bytes(double(candidates.size() + official.size()), double(training.size()), binary),
                 fmt::format("{} images of {} pixels", candidates.size() + official.size(), training.size()));

  std::vector<std::size_t> order = candidates;
  RandomStream random(params.seed, Purpose::data_subset);
  shuffle(std::span(order), random);
  std::vector<bool> drawn(training.labels.size());
  Selection train, test;
  for (std::size_t a = 0; a < P; ++a) {
    train.add(training, order[a], params.positive_class);
    drawn[order[a]] = true;
  }
  for (const std::size_t a : candidates)
    if (!drawn[a]) test.add(training, a, params.positive_class);
  for (const std::size_t a : official) test.add(official_test, a, params.positive_class);

  const PixelMap pixel_map(train.images, training.size(), params);
  const int inputs = int(pixel_map.inputs());
  if (architecture.inputs != 0 && architecture.inputs != inputs)
    throw InvalidInput(fmt::format("the architecture must have as many inputs as the data, {}, or 0, got {}",
                                   inputs, architecture.inputs));
  architecture.inputs = inputs;
  validate(architecture);

  Problem problem;
  problem.architecture = architecture;
  problem.weight_kind = weight_kind;
  problem.margin = params.margin;
  problem.train = make_patterns(std::move(train), pixel_map, binary);
  problem.test = make_patterns(std::move(test), pixel_map, binary);
  problem.recipe.data = "fashion-mnist";
  problem.recipe.inputs = binary ? "binary" : "standardised";
  problem.recipe.alpha = problem.alpha();
  problem.recipe.seed = params.seed;
  problem.recipe.classes = {params.positive_class, params.negative_class};
  problem.recipe.train_patterns = params.patterns;
  problem.recipe.test_patterns = std::int64_t(problem.test.count());
  problem.recipe.drop_constant = params.drop_constant;
  problem.recipe.odd_inputs = params.odd_inputs;
  validate(problem);
  return problem;
}

}  // namespace wfm
