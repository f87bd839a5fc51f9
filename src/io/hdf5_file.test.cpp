// Writer and reader together.
#include <cmath>
#include <limits>
#include <numeric>

#include <gmock/gmock.h>
#include <hdf5.h>

#include "io/hdf5_common.hpp"
#include "io/hdf5_reader.hpp"
#include "io/hdf5_writer.hpp"
#include "io/testing.hpp"
#include "math/error.hpp"

namespace wfm::io {
namespace {

using ::testing::AllOf;
using testing::bytes_of;
using ::testing::HasSubstr;
using testing::put;
using testing::refusal;

class Hdf5Test : public testing::InFolder {
 protected:
  template <class Call>
  std::string refused(const Call& call) {
    const Hdf5Reader reader(file("x.h5"), "test", 1);
    return refusal<InvalidInput>([&] { call(reader); });
  }
};

template <class T>
std::vector<T> ramp(std::size_t count) {
  std::vector<T> values(count);
  for (std::size_t j = 0; j < count; ++j)
    values[j] = static_cast<T>(static_cast<T>(j * 37 % 251) - static_cast<T>(100));
  return values;
}

template <class T>
class Hdf5ArrayTest : public Hdf5Test {};
using Elements =
    ::testing::Types<double, float, std::int64_t, std::int32_t, std::int8_t, std::uint64_t, std::uint8_t>;
TYPED_TEST_SUITE(Hdf5ArrayTest, Elements);

TYPED_TEST(Hdf5ArrayTest, ComesBackInEveryShape) {
  using T = TypeParam;
  const std::vector<Shape> shapes{
      {0}, {1}, {7}, {3, 5}, {0, 4}, {4, 0}, {100, 700}, {2, 1'100'000 / sizeof(T)}, {3, 4, 5}};
  write_hdf5(this->file("x.h5"), "test", 1, [&](Hdf5Writer& writer) {
    for (std::size_t s = 0; s < shapes.size(); ++s) {
      const auto count =
          std::accumulate(shapes[s].begin(), shapes[s].end(), std::size_t{1}, std::multiplies<>());
      writer.array("/shape" + std::to_string(s), std::span<const T>(ramp<T>(count)), shapes[s]);
    }
  });
  const Hdf5Reader reader(this->file("x.h5"), "test", 1);
  for (std::size_t s = 0; s < shapes.size(); ++s) {
    const std::string name = "/shape" + std::to_string(s);
    const auto count =
        std::accumulate(shapes[s].begin(), shapes[s].end(), std::size_t{1}, std::multiplies<>());
    EXPECT_EQ(reader.shape(name), shapes[s]);
    EXPECT_EQ(reader.array<T>(name, shapes[s]), ramp<T>(count));
  }
}

TEST_F(Hdf5Test, ScalarsAndTextsComeBack) {
  const std::string long_text(100'000, 'x'), accents = "\xc3\xa9t\xc3\xa9\nline";
  write_hdf5(file("x.h5"), "test", 1, [&](Hdf5Writer& writer) {
    writer.group("/g");
    writer.set("/g", "real", 0.1);
    writer.set("/g", "infinite", std::numeric_limits<double>::infinity());
    writer.set("/g", "integer", std::numeric_limits<std::int64_t>::min());
    writer.set("/g", "natural", std::numeric_limits<std::uint64_t>::max());
    writer.set("/g", "yes", true);
    writer.set("/g", "no", false);
    writer.set("/g", "text", accents);
    writer.set("/g", "empty", "");
    writer.text("/g/long", long_text);
    writer.text("/g/nothing", "");
  });
  const Hdf5Reader reader(file("x.h5"), "test", 1);
  EXPECT_EQ(reader.real("/g", "real"), 0.1);
  EXPECT_EQ(reader.real("/g", "infinite"), std::numeric_limits<double>::infinity());
  EXPECT_EQ(reader.integer("/g", "integer"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(reader.natural("/g", "natural"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(reader.flag("/g", "yes"));
  EXPECT_FALSE(reader.flag("/g", "no"));
  EXPECT_EQ(reader.text("/g", "text"), accents);
  EXPECT_EQ(reader.text("/g", "empty"), "");
  EXPECT_EQ(reader.long_text("/g/long"), long_text);
  EXPECT_EQ(reader.long_text("/g/nothing"), "");
  EXPECT_TRUE(reader.has("/g"));
  EXPECT_TRUE(reader.has("/g/long"));
  EXPECT_TRUE(reader.has("/g", "real"));
  EXPECT_FALSE(reader.has("/g", "unreal"));
  EXPECT_FALSE(reader.has("/no/such/object"));
  EXPECT_EQ(format_of(file("x.h5")), "test");
  EXPECT_EQ(reader.text("/", "wfm_version").substr(0, 2), "0.");
}

TEST_F(Hdf5Test, EqualContentsAreEqualBytes) {
  for (const char* name : {"x.h5", "y.h5"})
    write_hdf5(file(name), "test", 1, [](Hdf5Writer& writer) {
      writer.group("/g");
      writer.array("/g/a", ramp<double>(10000));
      writer.text("/t", "text");
    });
  EXPECT_EQ(bytes_of(file("x.h5")), bytes_of(file("y.h5")));
}

TEST_F(Hdf5Test, WrongTypesAndShapesAreNamed) {
  write_hdf5(file("x.h5"), "test", 1, [](Hdf5Writer& writer) {
    writer.set("/", "real", 0.5);
    writer.set("/", "count", 12);
    writer.set("/", "text", "word");
    writer.array("/a", ramp<double>(6));
  });
  using R = const Hdf5Reader&;
  EXPECT_THAT(refused([](R r) { r.integer("/", "real"); }), HasSubstr("x.h5: / @real: must be one int64"));
  EXPECT_THAT(refused([](R r) { r.integer("/", "none"); }), HasSubstr("x.h5: / @none: missing"));
  EXPECT_THAT(refused([](R r) { r.integer("/none", "none"); }), HasSubstr("x.h5: /none @none: missing"));
  EXPECT_THAT(refused([](R r) { r.integer("/", "count", 1, 10); }),
              HasSubstr("x.h5: / @count: must be between 1 and 10, got 12"));
  EXPECT_THAT(refused([](R r) { r.real("/", "text"); }), HasSubstr("x.h5: / @text: must be one float64"));
  EXPECT_THAT(refused([](R r) { r.text("/", "real"); }), HasSubstr("x.h5: / @real: must be one text"));
  EXPECT_THAT(refused([](R r) { r.flag("/", "count"); }), HasSubstr("x.h5: / @count: must be one uint8"));
  EXPECT_THAT(refused([](R r) { r.array<float>("/a"); }), HasSubstr("x.h5: /a: elements must be float32"));
  EXPECT_THAT(refused([](R r) {
                r.array<double>("/a", {2, 3});
              }),
              HasSubstr("x.h5: /a: must have shape (2 x 3), got (6)"));
  EXPECT_THAT(refused([](R r) { r.array<double>("/b"); }), HasSubstr("x.h5: /b: missing"));
  EXPECT_THAT(refused([](R r) { r.long_text("/a"); }), HasSubstr("x.h5: /a: must be one text"));
}

TEST_F(Hdf5Test, MisuseOfTheWriterLeavesNoFile) {
  const auto refused_write = [&](const auto& fill) {
    const std::string message = refusal<InvalidInput>([&] { write_hdf5(file("x.h5"), "test", 1, fill); });
    EXPECT_EQ(files(), 0u);
    return message;
  };
  EXPECT_THAT(refused_write([](Hdf5Writer& w) { w.set("/", "text", std::string(40000, 'x')); }),
              HasSubstr("at most 32000 bytes, got 40000"));
  EXPECT_THAT(refused_write([](Hdf5Writer& w) {
                w.array("/a", std::span<const double>(), {1, 2});
              }),
              HasSubstr("/a: shape (1 x 2) does not hold 0 values"));
  EXPECT_THAT(refusal<ResourceProblem>([&] {
                write_hdf5(file("x.h5"), "test", 1, [](Hdf5Writer& w) {
                  w.array("/a", ramp<double>(3));
                  w.array("/a", ramp<double>(3));
                });
              }),
              HasSubstr("x.h5: /a: cannot write"));
  EXPECT_EQ(files(), 0u);
}

TEST_F(Hdf5Test, OtherFilesAreRefused) {
  const auto why = [&](const std::string& name) {
    return refusal<InvalidInput>([&] { Hdf5Reader(file(name), "test", 1); });
  };
  put(file("empty.h5"), "");
  EXPECT_THAT(why("empty.h5"), HasSubstr("empty.h5: not an HDF5 file"));
  EXPECT_EQ(format_of(file("empty.h5")), "");
  put(file("text.h5"), "1 -1 1\n-1 1 1\n");
  EXPECT_THAT(why("text.h5"), HasSubstr("text.h5: not an HDF5 file"));
  EXPECT_EQ(format_of(file("text.h5")), "");
  RandomStream random(1, Purpose::patterns);
  std::string noise;
  for (int j = 0; j < 5000; ++j) noise += char(random.below(256));
  put(file("noise.h5"), noise);
  EXPECT_THAT(why("noise.h5"), HasSubstr("noise.h5: not an HDF5 file"));

  const hid_t foreign = H5Fcreate(file("foreign.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  H5Fclose(foreign);
  EXPECT_THAT(why("foreign.h5"),
              HasSubstr("foreign.h5: / @format: missing: an HDF5 file, but not one of wfm"));
  EXPECT_THAT(refusal<InvalidInput>([&] { format_of(file("foreign.h5")); }), HasSubstr("not one of wfm"));

  write_hdf5(file("other.h5"), "other\nthing", 1, [](Hdf5Writer&) {});
  EXPECT_THAT(why("other.h5"), HasSubstr("other.h5: / @format: must be 'test', got 'other?thing'"));
  write_hdf5(file("newer.h5"), "test", 2, [](Hdf5Writer&) {});
  EXPECT_THAT(why("newer.h5"),
              HasSubstr("newer.h5: / @format_version: this wfm reads versions 1 to 1, got 2"));

  const auto missing = [&](const std::filesystem::path& path) {
    return refusal<ResourceProblem>([&] { Hdf5Reader(path, "test", 1); });
  };
  EXPECT_THAT(missing(file("none.h5")), HasSubstr("none.h5: cannot read: No such file"));
  EXPECT_THAT(missing(file("")), HasSubstr("cannot read: this is a folder"));
  EXPECT_THAT(missing("/dev/zero"), HasSubstr("/dev/zero: cannot read: not a regular file"));
}

// Every truncation and every flipped bit is found before HDF5 parses the file.
TEST_F(Hdf5Test, DamageIsFoundWhereverItIs) {
  write_hdf5(file("x.h5"), "test", 1, [](Hdf5Writer& writer) {
    writer.array("/a", ramp<double>(3000));
    writer.set("/", "text", "word");
  });
  const std::string good = bytes_of(file("x.h5"));
  const auto message = [&](const std::string& bytes) {
    put(file("bad.h5"), bytes);
    return refusal<InvalidInput>([&] { Hdf5Reader(file("bad.h5"), "test", 1); });
  };
  for (std::size_t part = 0; part < 20; ++part)
    EXPECT_THAT(message(good.substr(0, good.size() * part / 20)),
                HasSubstr(part == 0 ? "bad.h5: not an HDF5" : "bad.h5: damaged: length"));
  for (std::size_t at = 0; at < good.size(); at += at < 100 ? 1 : 97) {
    std::string bytes = good;
    bytes[at] = char(bytes[at] ^ (1 << at % 8));
    EXPECT_THAT(message(bytes), HasSubstr(at < 14 ? "bad.h5: not an HDF5 file" : "bad.h5: damaged: length"))
        << at;
  }
  EXPECT_THAT(message(good + "x"), HasSubstr("bad.h5: damaged"));
}

// Behind the user block lies a whole HDF5 file.
std::string plain(const std::filesystem::path& ours) {
  return bytes_of(ours).substr(512);
}

TEST_F(Hdf5Test, PlainFilesAreReadAndChecked) {
  write_hdf5(file("x.h5"), "test", 1, [](Hdf5Writer& writer) {
    writer.group("/g");
    writer.array("/g/a", ramp<double>(3000));
    writer.set("/g", "text", "word");
    writer.text("/g/long", std::string(100'000, 'x'));
  });
  put(file("plain.h5"), plain(file("x.h5")));
  EXPECT_EQ(format_of(file("plain.h5")), "test");
  const Hdf5Reader reader(file("plain.h5"), "test", 1);
  EXPECT_EQ(reader.array<double>("/g/a"), ramp<double>(3000));
  EXPECT_EQ(reader.text("/g", "text"), "word");
  EXPECT_EQ(reader.long_text("/g/long"), std::string(100'000, 'x'));
  EXPECT_THAT(refusal<InvalidInput>([&] {
                reader.array<double>("/g/a", {2, 3});
              }),
              HasSubstr("plain.h5: /g/a: must have shape (2 x 3), got (3000)"));
  EXPECT_THAT(refusal<InvalidInput>([&] { Hdf5Reader(file("plain.h5"), "other", 1); }),
              HasSubstr("plain.h5: / @format: must be 'other', got 'test'"));
  write_hdf5(file("newer.h5"), "test", 2, [](Hdf5Writer&) {});
  put(file("plain-newer.h5"), plain(file("newer.h5")));
  EXPECT_THAT(refusal<InvalidInput>([&] { Hdf5Reader(file("plain-newer.h5"), "test", 1); }),
              HasSubstr("plain-newer.h5: / @format_version: this wfm reads versions 1 to 1, got 2"));
}

TEST_F(Hdf5Test, TruncatedPlainFilesAreRefused) {
  write_hdf5(file("x.h5"), "test", 1, [](Hdf5Writer& writer) { writer.array("/a", ramp<double>(1000)); });
  const std::string good = plain(file("x.h5"));
  for (std::size_t length = 0; length < good.size(); ++length) {
    put(file("bad.h5"), good.substr(0, length));
    const auto why = [&](const auto& call) { return refusal<InvalidInput>(call); };
    ASSERT_THAT(why([&] { Hdf5Reader(file("bad.h5"), "test", 1); }),
                HasSubstr(length < 8 ? "bad.h5: not an HDF5 file" : "bad.h5: damaged: HDF5 cannot open it"))
        << length;
    if (length >= 8) {
      ASSERT_THAT(why([&] { format_of(file("bad.h5")); }), HasSubstr("bad.h5: damaged")) << length;
    }
  }
}

// As h5py writes a str (any length), and C programs (up to a zero byte, whatever follows).
TEST_F(Hdf5Test, TextsOfOtherProgramsAreRead) {
  write_hdf5(file("x.h5"), "test", 1, [](Hdf5Writer&) {});
  put(file("plain.h5"), plain(file("x.h5")));
  const hid_t made = H5Fopen(file("plain.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t one = H5Screate(H5S_SCALAR), none = H5Screate(H5S_NULL), type = H5Tcopy(H5T_C_S1);
  const auto write = [&](const char* name, hid_t space, const void* value) {
    const hid_t attribute = H5Acreate2(made, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    if (value != nullptr) H5Awrite(attribute, type, value);
    H5Aclose(attribute);
  };
  H5Tset_size(type, 8);
  write("terminated", one, "word\0abc");
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  const char* word = "\xc3\xa9t\xc3\xa9";
  write("any", one, &word);
  write("unwritten", one, nullptr);
  write("nothing", none, nullptr);
  const std::string long_text(100'000, 'x');
  const char* characters = long_text.c_str();
  const hid_t dataset = H5Dcreate2(made, "/long", type, one, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
  H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, &characters);
  H5Dclose(dataset);
  H5Tclose(type);
  H5Sclose(none);
  H5Sclose(one);
  H5Fclose(made);

  const Hdf5Reader reader(file("plain.h5"), "test", 1);
  EXPECT_EQ(reader.text("/", "terminated"), "word");
  EXPECT_EQ(reader.text("/", "any"), word);
  EXPECT_EQ(reader.text("/", "unwritten"), "");
  EXPECT_EQ(reader.long_text("/long"), long_text);
  EXPECT_THAT(refusal<InvalidInput>([&] { reader.text("/", "nothing"); }),
              HasSubstr("plain.h5: / @nothing: must be one text"));
}

// Another program's edit of a file of ours leaves a user block that no longer fits; without it, it is read.
TEST_F(Hdf5Test, AnEditInPlaceIsDamageUntilTheBlockIsTakenOff) {
  write_hdf5(file("x.h5"), "test", 1, [](Hdf5Writer& writer) { writer.set("/", "count", 12); });
  const hid_t edited = H5Fopen(file("x.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t count = H5Aopen(edited, "count", H5P_DEFAULT);
  const std::int64_t thirteen = 13;
  H5Awrite(count, H5T_NATIVE_INT64, &thirteen);
  H5Aclose(count);
  H5Fclose(edited);
  EXPECT_THAT(refusal<InvalidInput>([&] { Hdf5Reader(file("x.h5"), "test", 1); }),
              AllOf(HasSubstr("x.h5: damaged: length"), HasSubstr("take these off: tail -c +513")));
  put(file("plain.h5"), plain(file("x.h5")));
  EXPECT_EQ(Hdf5Reader(file("plain.h5"), "test", 1).integer("/", "count"), 13);
}

TEST_F(Hdf5Test, ADataSetOfAnyFileIsAnArrayOfNumbers) {
  // as another program writes it: no format, a group, big-endian and half the precision
  const std::vector<double> values{1, -1, 0.5, 3, 4, 5};
  const std::vector<hsize_t> sizes{2, 3};
  {
    const Handle plain(H5Fcreate(file("x.h5").c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
    const Handle group(H5Gcreate2(plain, "/layer", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
    const Handle space(H5Screate_simple(2, sizes.data(), nullptr), H5Sclose);
    const auto write = [&](const char* name, hid_t type) {
      const Handle data(H5Dcreate2(plain, name, type, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                        H5Dclose);
      H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    };
    write("/layer/weight", H5T_IEEE_F32BE);
    write("/whole", H5T_STD_I16LE);
    const Handle text(H5Tcopy(H5T_C_S1), H5Tclose);
    const Handle words(H5Dcreate2(plain, "/words", text, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                       H5Dclose);
  }
  EXPECT_TRUE(is_hdf5_file(file("x.h5")));
  const NumberArray array = read_hdf5_array(file("x.h5"), "/layer/weight");
  EXPECT_THAT(array.shape, ::testing::ElementsAre(2, 3));
  EXPECT_EQ(array.values, values);
  EXPECT_FALSE(array.whole);
  const NumberArray whole = read_hdf5_array(file("x.h5"), "/whole");
  EXPECT_THAT(whole.values, ::testing::ElementsAre(1, -1, 0, 3, 4, 5));
  EXPECT_TRUE(whole.whole);
  const auto why = [&](const std::string& name) {
    return refusal<InvalidInput>([&] { read_hdf5_array(file("x.h5"), name); });
  };
  EXPECT_THAT(why("/absent"), HasSubstr("x.h5: /absent: missing"));
  EXPECT_THAT(why("/layer/weight/deeper"), HasSubstr("missing"));
  EXPECT_THAT(why("/layer"), HasSubstr("missing"));
  EXPECT_THAT(why("/words"), HasSubstr("elements must be real or whole numbers"));
}

}  // namespace
}  // namespace wfm::io
