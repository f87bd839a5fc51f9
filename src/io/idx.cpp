#include "io/idx.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "io/byte_source.hpp"
#include "io/message.hpp"
#include "math/error.hpp"
#include "problems/problem.hpp"

namespace wfm::io {

namespace fs = std::filesystem;

namespace {

struct IdxArray {
  std::vector<int> sizes;
  std::vector<std::uint8_t> bytes;
};

constexpr std::array<const char*, 2> endings{".gz", ""};

[[noreturn]] void refuse(const fs::path& path, const std::string& what) {
  throw InvalidInput(fmt::format("{}: {}", shown(path), what));
}

std::uint32_t read_word(ByteSource& source, const fs::path& path) {
  std::array<unsigned char, 4> b{};
  if (source.read(b) < b.size()) refuse(path, "not an IDX file: it ends within its header");
  return std::uint32_t(b[0]) << 24 | std::uint32_t(b[1]) << 16 | std::uint32_t(b[2]) << 8 |
         std::uint32_t(b[3]);
}

// Unsigned bytes (type 0x08) with `rank` dimensions.
IdxArray read_array(const fs::path& path, int rank) {
  ByteSource source(path);
  const std::uint32_t magic = read_word(source, path), expected = 0x0800u | std::uint32_t(rank);
  if (magic != expected)
    refuse(path,
           fmt::format("the IDX magic number of unsigned bytes with {} dimension{} is {:#010x}, got {:#010x}",
                       rank, rank == 1 ? "" : "s", expected, magic));
  IdxArray array;
  double bytes = 1;
  for (int d = 0; d < rank; ++d) {
    const std::uint32_t size = read_word(source, path);
    if (size < 1 || size > std::uint32_t(std::numeric_limits<int>::max()))
      refuse(path, fmt::format("size {} of {} must be between 1 and {}, got {}", d + 1, rank,
                               std::numeric_limits<int>::max(), size));
    array.sizes.push_back(int(size));
    bytes *= size;
  }
  require_memory(bytes, fmt::format("{}: images or labels", shown(path)));
  const auto announced = std::size_t(bytes);
  // Piece by piece: a header with a wrong size must not fill the memory first.
  while (array.bytes.size() < announced) {
    const std::size_t done = array.bytes.size(), piece = std::min(announced - done, std::size_t{1} << 24);
    array.bytes.resize(done + piece);
    if (const std::size_t got = source.read(std::span(array.bytes).subspan(done)); got < piece)
      refuse(path,
             fmt::format("the header announces {} bytes of data, the file has {}", announced, done + got));
  }
  std::array<unsigned char, 1> more{};
  if (source.read(more) > 0)
    refuse(path, fmt::format("the header announces {} bytes of data, the file has more", announced));
  return array;
}

fs::path find(const fs::path& folder, const std::string& name) {
  for (const char* ending : endings) {
    std::error_code error;
    if (fs::path path = folder / (name + ending); fs::exists(path, error)) return path;
  }
  throw ResourceProblem(
      fmt::format("{}: no such file (with or without .gz); Fashion-MNIST comes with Debian's package "
                  "dataset-fashion-mnist, which puts it "
                  "into {}",
                  shown(folder / name), fashion_mnist_folder));
}

}  // namespace

Images read_idx(const fs::path& image_path, const fs::path& label_path) {
  IdxArray images = read_array(image_path, 3);
  IdxArray labels = read_array(label_path, 1);
  if (labels.sizes[0] != images.sizes[0])
    refuse(label_path, fmt::format("there must be one label for each of the {} images of {}, got {}",
                                   images.sizes[0], shown(image_path), labels.sizes[0]));
  Images result;
  result.count = images.sizes[0];
  result.rows = images.sizes[1];
  result.cols = images.sizes[2];
  result.pixels = std::move(images.bytes);
  result.labels = std::move(labels.bytes);
  return result;
}

ImageData read_image_folder(const fs::path& folder) {
  const auto read = [&](const std::string& part) {
    return read_idx(find(folder, part + "-images-idx3-ubyte"), find(folder, part + "-labels-idx1-ubyte"));
  };
  return {read("train"), read("t10k")};
}

}  // namespace wfm::io
