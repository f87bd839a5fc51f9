#include "experiments/row_chart.hpp"

#include <gtest/gtest.h>

namespace wfm::experiments {
namespace {

const RowChart alpha_chart{
    "id", "title", "alpha", "entropy", {"alpha"}, {"entropy"}, {"alpha", "margin", "weights"}};

TEST(RowChart, MakesOneCurveForEachValueOfTheKeysThatVary) {
  const io::Json rows = {
      {{"alpha", 0.1}, {"margin", 0.0}, {"weights", "binary"}, {"entropy", 0.6}},
      {{"alpha", 0.1}, {"margin", 0.2}, {"weights", "binary"}, {"entropy", 0.5}},
      {{"alpha", 0.2}, {"margin", 0.0}, {"weights", "binary"}, {"entropy", 0.4}},
      {{"alpha", 0.2}, {"margin", 0.2}, {"weights", "binary"}, {"entropy", nullptr}, {"converged", false}}};
  const io::Json chart = chart_of_rows(rows, alpha_chart);
  ASSERT_EQ(chart["series"].size(), 2u);
  EXPECT_EQ(chart["series"][0]["name"], "margin 0");
  EXPECT_EQ(chart["series"][0]["x"], io::Json({0.1, 0.2}));
  EXPECT_EQ(chart["series"][0]["y"], io::Json({0.6, 0.4}));
  EXPECT_EQ(chart["series"][1]["name"], "margin 0.2");
  EXPECT_TRUE(chart["series"][1]["y"][1].is_null());
  EXPECT_EQ(chart["series"][1]["converged"], io::Json({true, false}));
}

TEST(RowChart, OneCurveIsNamedByItsQuantity) {
  const io::Json rows = {{{"alpha", 0.1}, {"margin", 0.0}, {"entropy", 0.6}},
                         {{"alpha", 0.2}, {"margin", 0.0}, {"entropy", 0.5}}};
  EXPECT_EQ(chart_of_rows(rows, alpha_chart)["series"][0]["name"], "entropy");
  EXPECT_EQ(varying_key(rows, {"margin", "alpha"}), "alpha");
  EXPECT_EQ(varying_key(rows, {"margin"}), "margin");
}

}  // namespace
}  // namespace wfm::experiments
