// Files made by hand, byte by byte; tests/foreign_weights_test.py has NumPy make them.
#include "io/npy.hpp"

#include <bit>
#include <cstdint>

#include <gmock/gmock.h>

#include "io/testing.hpp"
#include "math/error.hpp"

namespace wfm::io {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::put;
using testing::refusal;

std::string npy(const std::string& header, const std::string& data, int major = 1) {
  std::string text{npy_magic};
  text += char(major);
  text += '\0';
  for (int j = 0; j < (major == 1 ? 2 : 4); ++j) text += char(header.size() >> (8 * j) & 0xff);
  return text + header + data;
}

template <class T>
std::string little_endian(std::initializer_list<T> values) {
  static_assert(std::endian::native == std::endian::little);
  return {reinterpret_cast<const char*>(values.begin()), values.size() * sizeof(T)};
}

std::string header(const std::string& type, const std::string& shape, const std::string& fortran = "False") {
  return "{'descr': '" + type + "', 'fortran_order': " + fortran + ", 'shape': " + shape + ", }   \n";
}

class NpyTest : public testing::InFolder {
 protected:
  NumberArray read(const std::string& bytes) {
    put(file("w.npy"), bytes);
    return read_npy(file("w.npy"));
  }
  std::string refused(const std::string& bytes) {
    const std::string message = refusal<InvalidInput>([&] { read(bytes); });
    EXPECT_THAT(message, HasSubstr("w.npy: "));
    return message;
  }
};

TEST_F(NpyTest, ReadsEveryTypeOfNumber) {
  const auto expect = [&](const std::string& type, const std::string& data, bool whole) {
    const NumberArray array = read(npy(header(type, "(3,)"), data));
    EXPECT_THAT(array.shape, ElementsAre(3)) << type;
    EXPECT_THAT(array.values, ElementsAre(1, -1, 3)) << type;
    EXPECT_EQ(array.whole, whole) << type;
  };
  expect("<f8", little_endian<double>({1, -1, 3}), false);
  expect("<f4", little_endian<float>({1, -1, 3}), false);
  expect("<i8", little_endian<std::int64_t>({1, -1, 3}), true);
  expect("<i4", little_endian<std::int32_t>({1, -1, 3}), true);
  expect("<i2", little_endian<std::int16_t>({1, -1, 3}), true);
  expect("|i1", little_endian<std::int8_t>({1, -1, 3}), true);
  for (const char* type : {"|b1", "|u1"}) {
    const NumberArray truth = read(npy(header(type, "(2,)"), std::string("\x01\x00", 2)));
    EXPECT_THAT(truth.values, ElementsAre(1, 0));
    EXPECT_TRUE(truth.whole);
  }
}

TEST_F(NpyTest, ReadsAllVersionsAndBothOrders) {
  const std::string data = little_endian<double>({1, 2, 3, 4, 5, 6});
  for (const int version : {1, 2, 3}) {
    const NumberArray c = read(npy(header("<f8", "(2, 3)"), data, version));
    EXPECT_THAT(c.shape, ElementsAre(2, 3));
    EXPECT_THAT(c.values, ElementsAre(1, 2, 3, 4, 5, 6));
    const NumberArray fortran = read(npy(header("<f8", "(2, 3)", "True"), data, version));
    EXPECT_THAT(fortran.shape, ElementsAre(2, 3));
    EXPECT_THAT(fortran.values, ElementsAre(1, 3, 5, 2, 4, 6));
  }
  const NumberArray cube = read(npy(header("<f8", "(1, 2, 3)", "True"), data));
  EXPECT_THAT(cube.values, ElementsAre(1, 3, 5, 2, 4, 6));
  // other spellings of the same header
  EXPECT_THAT(read(npy("{\"shape\":(6L,),\"descr\":\"<f8\",\"fortran_order\":False}", data)).shape,
              ElementsAre(6));
}

TEST_F(NpyTest, ScalarsAndEmptyArraysHaveShapesToo) {
  EXPECT_TRUE(read(npy(header("<f8", "()"), little_endian<double>({7}))).shape.empty());
  EXPECT_TRUE(read(npy(header("<f8", "(0, 3)"), "")).values.empty());
}

TEST_F(NpyTest, RefusesWhatItDoesNotRead) {
  const std::string two = little_endian<double>({1, 2});
  EXPECT_THAT(refused("a text"), HasSubstr("not a .npy file"));
  EXPECT_THAT(refused(npy(header("<f8", "(2,)"), two, 4)), HasSubstr("version must be 1, 2 or 3, got 4"));
  EXPECT_THAT(refused(npy(header(">f8", "(2,)"), two)), HasSubstr("little-endian"));
  EXPECT_THAT(refused(npy(header("<c16", "(1,)"), two)), HasSubstr("'<c16'"));
  EXPECT_THAT(refused(npy(header("<f2", "(8,)"), two)), HasSubstr("'<f2'"));
  EXPECT_THAT(refused(npy(header("|O", "(2,)"), two)), HasSubstr("'|O'"));
  EXPECT_THAT(refused(npy("{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (2,)}", two)),
              HasSubstr("records"));
  EXPECT_THAT(refused(npy(header("<f8", "(3,)"), two)), HasSubstr("3 numbers, the file has fewer"));
  EXPECT_THAT(refused(npy(header("<f8", "(1,)"), two)), HasSubstr("1 numbers, the file has more"));
  EXPECT_THAT(refused(npy(header("<f8", "(2,)"), two).substr(0, 30)), HasSubstr("ends within its header"));
  for (const char* bad :
       {"", "{}", "{'descr': '<f8'}", "{'descr': '<f8', 'fortran_order': 0, 'shape': (2,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-2,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': 2}", "{'other': '<f8'}", "{'descr': '<f8"})
    EXPECT_THAT(refused(npy(bad, two)), HasSubstr("not the header")) << bad;
  EXPECT_THAT(refusal<ResourceProblem>([&] { read(npy(header("<f8", "(4000000000, 4000000000)"), two)); }),
              HasSubstr("memory"));
}

}  // namespace
}  // namespace wfm::io
