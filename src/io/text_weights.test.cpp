#include "io/text_weights.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include "io/testing.hpp"
#include "math/error.hpp"

namespace wfm::io {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::put;
using testing::refusal;

class TextWeightsTest : public testing::InFolder {
 protected:
  std::string refused(const std::string& text, bool messages) {
    put(file("w.txt"), text);
    return refusal<InvalidInput>([&] {
      if (messages)
        read_message_weights(file("w.txt"));
      else
        read_text_weights(file("w.txt"));
    });
  }
};

// One unit a line in the order of the program that writes such files, external fields and messages of the patterns around them.
const std::string messages =
    "fmt: tanh\nN,K,M: 3 2 1\n"
    "ux[1] 0.5 0.5 0.5\nux[2] 0.5 0.5 0.5\n"
    "mw[1] -1.5 2.5e-7 -Inf\nmw[2] 30.0 -0.0 1.0e10\n"
    "m\xcf\x84"
    "1[1] 0.1 0.2\n"
    "uw[1][1] 9 9 9\nuw[1][2] 9 9 9\n"
    "U\xcf\x84"
    "1[1] 0 0\n"
    "m\xcf\x84"
    "2 Inf\n"
    "u\xcf\x84"
    "1[1] 0 0\nEND\n";

TEST_F(TextWeightsTest, ARowIsAUnit) {
  put(file("w.txt"), "# two units\n1 -1\t1e0 \n\n -0.5 +2 3\r\n");
  const NumberArray array = read_text_weights(file("w.txt"));
  EXPECT_THAT(array.shape, ElementsAre(2, 3));
  EXPECT_THAT(array.values, ElementsAre(1, -1, 1, -0.5, 2, 3));
  EXPECT_FALSE(array.whole);
}

TEST_F(TextWeightsTest, RowsAreRefusedWithTheirLine) {
  EXPECT_THAT(refused("1 1\n1 1 1\n", false),
              HasSubstr("w.txt:2: all units must have the 2 weights of line 1, got 3"));
  EXPECT_THAT(refused("1 x\n", false), HasSubstr("w.txt:1: a weight must be a finite number, got 'x'"));
  EXPECT_THAT(refused("1 inf\n", false), HasSubstr("got 'inf'"));
  EXPECT_THAT(refused("# nothing\n", false), HasSubstr("no weights"));
}

TEST_F(TextWeightsTest, WeightsAreTheSignsOfTheTotalFields) {
  put(file("m.txt"), messages);
  ASSERT_TRUE(is_message_file(file("m.txt")));
  const MessageWeights weights = read_message_weights(file("m.txt"));
  EXPECT_THAT(weights.signs.shape, ElementsAre(2, 3));
  EXPECT_THAT(weights.signs.values, ElementsAre(-1, 1, -1, 1, 1, 1));
  EXPECT_EQ(weights.patterns, 1u);
  EXPECT_EQ(weights.undecided, 1u);
}

TEST_F(TextWeightsTest, MessagesMayBeCompressed) {
  const gzFile out = gzopen(file("m.txt.gz").c_str(), "wb");
  gzwrite(out, messages.data(), unsigned(messages.size()));
  gzclose(out);
  ASSERT_TRUE(is_message_file(file("m.txt.gz")));
  EXPECT_THAT(read_message_weights(file("m.txt.gz")).signs.values, ElementsAre(-1, 1, -1, 1, 1, 1));
  put(file("w.txt"), "1 1 1");
  EXPECT_FALSE(is_message_file(file("w.txt")));
  put(file("w.txt"), "");
  EXPECT_FALSE(is_message_file(file("w.txt")));
}

TEST_F(TextWeightsTest, MessagesAreRefusedWithTheirLine) {
  const auto with = [](const std::string& from, const std::string& to) {
    std::string text = messages;
    return text.replace(text.find(from), from.size(), to);
  };
  EXPECT_THAT(refused(with("fmt: tanh", "fmt: other"), true), HasSubstr("w.txt:1: the messages must be"));
  EXPECT_THAT(refused(with("N,K,M: 3", "N,K,M: 0"), true),
              HasSubstr("w.txt:2: 'N,K,M:' needs whole numbers"));
  EXPECT_THAT(refused(with("N,K,M: 3", "N: 3"), true), HasSubstr("second line"));
  EXPECT_THAT(refused(with("mw[2]", "mw[3]"), true),
              HasSubstr("w.txt:6: a unit must be mw[1] to mw[2], got 'mw[3]'"));
  EXPECT_THAT(refused(with("mw[2]", "mw[1]"), true), HasSubstr("mw[1] is there twice"));
  EXPECT_THAT(refused(with("mw[2]", "xx[2]"), true), HasSubstr("mw[2] of unit 2 are missing"));
  EXPECT_THAT(refused(with("-Inf", ""), true), HasSubstr("N = 3 fields of the file, got 2"));
  EXPECT_THAT(refused(with("-Inf", "NaN"), true), HasSubstr("got 'NaN'"));
  EXPECT_THAT(refused(with("END\n", ""), true), HasSubstr("without END"));
}

}  // namespace
}  // namespace wfm::io
