// Images and labels in the IDX format of MNIST (plain or gzip): big-endian magic 0x00 0x00 TYPE RANK, RANK
// sizes of 32 bits, the bytes.
#pragma once

#include <filesystem>
#include <string_view>

#include "problems/images.hpp"

namespace wfm::io {

inline constexpr std::string_view fashion_mnist_folder =
    "/usr/share/datasets/fashion-mnist";  // of Debian's dataset-fashion-mnist

/// Images (unsigned bytes, 3 dimensions) with their labels (unsigned bytes, 1 dimension). Throws
/// ResourceProblem where a file cannot be read or does not fit into memory, InvalidInput where it is not such
/// a file (file, rule, value) or the two counts differ.
Images read_idx(const std::filesystem::path& images, const std::filesystem::path& labels);

struct ImageData {
  Images train, test;
};

/// {train,t10k}-{images-idx3,labels-idx1}-ubyte, with or without .gz, in `folder` (MNIST has the same names).
/// A missing file is a ResourceProblem that names the Debian package which brings Fashion-MNIST.
ImageData read_image_folder(const std::filesystem::path& folder = fashion_mnist_folder);

}  // namespace wfm::io
