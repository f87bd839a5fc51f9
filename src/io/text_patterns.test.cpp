#include "io/text_patterns.hpp"

#include <cmath>

#include <gmock/gmock.h>

#include "io/testing.hpp"
#include "math/error.hpp"

namespace wfm::io {
namespace {

using testing::bytes_of;
using testing::expect_equal;
using ::testing::HasSubstr;
using testing::put;
using testing::random_patterns;
using testing::refusal;

class TextPatternsTest : public testing::InFolder {
 protected:
  std::string refused(const std::string& text) {
    put(file("p.txt"), text);
    return refusal<InvalidInput>([&] { read_text_patterns(file("p.txt")); });
  }
  std::string refused_labels(const std::string& text) {
    put(file("p.txt"), "1 -1\n1 1\n");
    put(file("l.txt"), text);
    return refusal<InvalidInput>([&] { read_text_patterns(file("p.txt"), file("l.txt")); });
  }
};

TEST_F(TextPatternsTest, ComeBackBitForBit) {
  for (const bool binary : {true, false})
    for (const std::size_t inputs : {1, 63, 130})
      for (const char* ending : {"txt", "gz"}) {
        const Patterns patterns = random_patterns(40, inputs, binary, inputs);
        const auto path = file(std::string("p.") + ending), labels = file(std::string("l.") + ending);
        write_text_patterns(path, patterns);
        write_text_labels(labels, patterns.labels);
        expect_equal(read_text_patterns(path, labels), patterns);
        EXPECT_THAT(read_text_patterns(path).labels, ::testing::Each(1));
      }
  EXPECT_EQ(bytes_of(file("p.gz")).substr(0, 2), "\x1f\x8b");
}

TEST_F(TextPatternsTest, ReadsWhatPeopleWrite) {
  put(file("p.txt"), "# three inputs\r\n\n  +1 -1\t1 \r\n-1.0 1e0 1\n\n1 1 -1");
  const Patterns patterns = read_text_patterns(file("p.txt"));
  ASSERT_EQ(patterns.count(), 3u);
  EXPECT_TRUE(patterns.binary());
  std::vector<double> entries;
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t i = 0; i < 3; ++i) entries.push_back(patterns(a, i));
  EXPECT_EQ(entries, (std::vector<double>{1, -1, 1, -1, 1, 1, 1, 1, -1}));
  put(file("p.txt"), "1 -1\n0.5 1\n");
  EXPECT_FALSE(read_text_patterns(file("p.txt")).binary());
  EXPECT_EQ(read_text_patterns(file("p.txt"))(0, 1), -1);
}

TEST_F(TextPatternsTest, ErrorsNameFileAndLine) {
  EXPECT_THAT(refused("1 -1\n\n1 x1\n"), HasSubstr("p.txt:3: an entry must be a finite number, got 'x1'"));
  EXPECT_THAT(refused("1 nan\n"), HasSubstr("p.txt:1: an entry must be a finite number, got 'nan'"));
  EXPECT_THAT(refused("1 -inf\n"), HasSubstr("got '-inf'"));
  EXPECT_THAT(refused("1 1e999\n"), HasSubstr("got '1e999'"));
  EXPECT_THAT(refused("1 +-1\n"), HasSubstr("got '+-1'"));
  EXPECT_THAT(refused("1,-1\n"), HasSubstr("got '1,-1'"));
  EXPECT_THAT(refused("# c\n1 -1\n1 1 1\n"),
              HasSubstr("p.txt:3: all patterns must have the 2 entries of line 2, got 3"));
  EXPECT_THAT(refused(""), HasSubstr("p.txt: no patterns"));
  EXPECT_THAT(refused("\n# only this\n"), HasSubstr("p.txt: no patterns"));
  EXPECT_THAT(refused(std::string(5000, '\x01')),
              HasSubstr("p.txt:1: an entry must be a finite number, got '???"));
  EXPECT_LT(refused(std::string(5000, 'x')).size(), 500u);
  EXPECT_THAT(refusal<ResourceProblem>([&] { read_text_patterns(file("none")); }),
              HasSubstr("none: cannot read"));
  EXPECT_THAT(refusal<ResourceProblem>([&] { read_text_patterns(file("")); }), HasSubstr("this is a folder"));
}

TEST_F(TextPatternsTest, LabelErrorsNameFileAndLine) {
  EXPECT_THAT(refused_labels("1\n0\n"), HasSubstr("l.txt:2: a label must be +1 or -1, got '0'"));
  EXPECT_THAT(refused_labels("1\ntwo\n"), HasSubstr("l.txt:2: a label must be +1 or -1, got 'two'"));
  EXPECT_THAT(refused_labels("1 1\n"), HasSubstr("l.txt:1: one label a line, got also '1'"));
  EXPECT_THAT(refused_labels("1\n"),
              HasSubstr("l.txt: there must be one label for each of the 2 patterns of"));
  EXPECT_THAT(refused_labels("1\n1\n1\n"), HasSubstr("got 3"));
}

TEST_F(TextPatternsTest, TruncatedGzipIsRefused) {
  write_text_patterns(file("p.gz"), random_patterns(30, 50, true, 1));
  const std::string good = bytes_of(file("p.gz"));
  for (std::size_t part = 1; part < 20; ++part) {
    put(file("cut"), good.substr(0, good.size() * part / 20));
    EXPECT_THAT(refusal<InvalidInput>([&] { read_text_patterns(file("cut")); }), HasSubstr("cut"));
  }
}

TEST_F(TextPatternsTest, InvalidPatternsAreNotWritten) {
  Patterns patterns = random_patterns(3, 4, false, 1);
  std::get<RealMatrix>(patterns.inputs)(1, 2) = std::nan("");
  EXPECT_THAT(refusal<InvalidInput>([&] { write_text_patterns(file("p.txt"), patterns); }),
              HasSubstr("pattern 1, input 2"));
  EXPECT_EQ(files(), 0u);
}

}  // namespace
}  // namespace wfm::io
