#include "io/idx.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include "io/testing.hpp"
#include "math/error.hpp"

namespace wfm::io {
namespace {

using testing::bytes_of;
using ::testing::HasSubstr;
using testing::put;
using testing::refusal;

class IdxTest : public testing::InFolder {
 protected:
  void put_gzip(const std::string& name, const std::string& bytes) {
    gzFile out = gzopen(file(name).c_str(), "wb");
    gzwrite(out, bytes.data(), unsigned(bytes.size()));
    gzclose(out);
  }
  std::string refused(const std::string& images, const std::string& labels) {
    put(file("images"), images);
    put(file("labels"), labels);
    return refusal<InvalidInput>([&] { read_idx(file("images"), file("labels")); });
  }
};

std::string word(unsigned value) {
  std::string bytes;
  for (const int shift : {24, 16, 8, 0}) bytes += char(value >> shift & 255);
  return bytes;
}

std::string some_bytes(std::size_t count) {
  std::string bytes;
  for (std::size_t j = 0; j < count; ++j) bytes += char(j * 37 % 256);
  return bytes;
}

const std::string images = word(0x803) + word(5) + word(4) + word(3) + some_bytes(60);
const std::string labels = word(0x801) + word(5) + std::string("\0\1\2\3\377", 5);

TEST_F(IdxTest, ReadsPlainAndCompressedFiles) {
  put(file("plain"), images);
  put_gzip("packed", labels);
  const Images read = read_idx(file("plain"), file("packed"));
  EXPECT_EQ(read.count, 5);
  EXPECT_EQ(read.rows, 4);
  EXPECT_EQ(read.cols, 3);
  EXPECT_EQ(std::string(read.pixels.begin(), read.pixels.end()), some_bytes(60));
  EXPECT_EQ(read.labels, (std::vector<std::uint8_t>{0, 1, 2, 3, 255}));
}

TEST_F(IdxTest, OtherFilesAreRefused) {
  EXPECT_THAT(
      refused(labels, labels),
      HasSubstr(
          "images: the IDX magic number of unsigned bytes with 3 dimensions is 0x00000803, got 0x00000801"));
  EXPECT_THAT(refused(images, images),
              HasSubstr("labels: the IDX magic number of unsigned bytes with 1 dimension is 0x00000801"));
  EXPECT_THAT(refused("", labels), HasSubstr("images: not an IDX file: it ends within its header"));
  EXPECT_THAT(refused(images.substr(0, 10), labels),
              HasSubstr("images: not an IDX file: it ends within its header"));
  EXPECT_THAT(refused(images.substr(0, 75), labels),
              HasSubstr("images: the header announces 60 bytes of data, the file has 59"));
  EXPECT_THAT(refused(images + "x", labels),
              HasSubstr("images: the header announces 60 bytes of data, the file has more"));
  EXPECT_THAT(refused(images, word(0x801) + word(4) + "abcd"),
              HasSubstr("labels: there must be one label for each of the 5 images of"));
  EXPECT_THAT(refused(word(0x803) + word(0) + word(4) + word(3), labels),
              HasSubstr("size 1 of 3 must be between 1 and 2147483647, got 0"));
  EXPECT_THAT(refused(word(0x803) + word(5) + word(0xffffffffu) + word(3), labels),
              HasSubstr("size 2 of 3 must be between 1 and"));
  put(file("images"), word(0x803) + word(0x7fffffffu) + word(0x7fffffffu) + word(3));
  EXPECT_THAT(refusal<ResourceProblem>([&] { read_idx(file("images"), file("labels")); }),
              HasSubstr("images"));
  EXPECT_THAT(refusal<ResourceProblem>([&] { read_idx(file("none"), file("labels")); }),
              HasSubstr("none: cannot read: No such file"));
  EXPECT_THAT(refusal<ResourceProblem>([&] { read_idx(file(""), file("labels")); }),
              HasSubstr("this is a folder"));
}

// Wherever a compressed file is cut or changed: an error of one line, never a crash; images that come back
// are those that were saved.
TEST_F(IdxTest, DamagedGzipIsRefused) {
  put(file("labels"), labels);
  put_gzip("good", images);
  const std::string good = bytes_of(file("good"));
  for (std::size_t length = 0; length < good.size(); ++length) {
    put(file("images"), good.substr(0, length));
    EXPECT_THAT(refusal<InvalidInput>([&] { read_idx(file("images"), file("labels")); }),
                HasSubstr("images: "))
        << length;
  }
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bytes = good;
    bytes[at] = char(bytes[at] ^ (1 << at % 8));
    put(file("images"), bytes);
    try {
      const Images read = read_idx(file("images"), file("labels"));
      EXPECT_EQ(std::string(read.pixels.begin(), read.pixels.end()), some_bytes(60)) << at;
      EXPECT_TRUE(at < 10 || at == good.size() - 9)
          << at;  // the gzip header, or bits that fill up the last byte before the checksum
    } catch (const std::exception& error) {
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    }
  }
}

TEST_F(IdxTest, AFolderHoldsFourFiles) {
  for (const char* part : {"train", "t10k"}) {
    put_gzip(std::string(part) + "-images-idx3-ubyte.gz", images);
    put(file(std::string(part) + "-labels-idx1-ubyte"), labels);
  }
  EXPECT_EQ(read_image_folder(file("")).test.count, 5);
  std::filesystem::remove(file("t10k-images-idx3-ubyte.gz"));
  const std::string message = refusal<ResourceProblem>([&] { read_image_folder(file("")); });
  EXPECT_THAT(message, HasSubstr("t10k-images-idx3-ubyte: no such file"));
  EXPECT_THAT(message, HasSubstr("dataset-fashion-mnist"));
}

TEST_F(IdxTest, ReadsFashionMnist) {
  if (!std::filesystem::exists(fashion_mnist_folder))
    GTEST_SKIP() << "dataset-fashion-mnist is not installed";
  const ImageData data = read_image_folder();
  EXPECT_EQ(data.train.count, 60000);
  EXPECT_EQ(data.test.count, 10000);
  EXPECT_EQ(data.train.rows, 28);
  EXPECT_EQ(data.train.cols, 28);
  std::vector<int> per_class(10, 0);
  for (const std::uint8_t label : data.train.labels) ++per_class.at(label);
  EXPECT_THAT(per_class, ::testing::Each(6000));
  EXPECT_EQ(data.train.labels[0], 9) << "the first image is an ankle boot";
}

}  // namespace
}  // namespace wfm::io
