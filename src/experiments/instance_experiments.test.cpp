// The experiments on instances at the smallest sizes: documents that the report takes, claims that say how they were judged.
#include "experiments/instance_experiments.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "experiments/generalisation.hpp"
#include "experiments/local_entropy_of_solutions.hpp"
#include "experiments/number_of_parameters.hpp"
#include "experiments/stabilities.hpp"
#include "io/report.hpp"

namespace wfm::experiments {
namespace {

NumberOfParametersSizes few_parameters() {
  NumberOfParametersSizes sizes;
  sizes.scan = {11, 31, {11, 31, 101}, 3, 100};
  sizes.counted = {5, 9, {5, 9, 13}, 4, 0};
  return sizes;
}

std::optional<io::Json> tiny(const std::string& name, const ExperimentSettings& settings) {
  if (name == "local-entropy-of-solutions")
    return local_entropy_of_solutions({101, 0.3, 2, 0.1, 0.1}, settings);
  if (name == "stabilities") return stabilities({101, 0.3, 2, 0.1}, settings);
  if (name == "generalisation") return generalisation({101, {0.3, 0.5}, 0, 2, 50, 0.1}, settings);
  return number_of_parameters(few_parameters(), settings);
}

class InstanceExperiment : public testing::TestWithParam<std::string> {};

TEST_P(InstanceExperiment, MakesAWholeDocumentWhateverTheThreads) {
  ExperimentSettings settings;
  std::int64_t last = 0, total = 0;
  settings.progress = [&](std::int64_t done, std::int64_t of, const std::string&) {
    last = done, total = of;
  };
  settings.threads = 1;
  auto alone = tiny(GetParam(), settings);
  ASSERT_TRUE(alone);
  EXPECT_NO_THROW(io::check_results(*alone));
  EXPECT_EQ(last, total);
  EXPECT_EQ(alone->at("name"), GetParam());
  EXPECT_FALSE(alone->at("findings").empty());
  for (const auto& finding : alone->at("findings"))
    for (const char* key : {"verdict", "claim", "statistic", "evidence", "source", "command"})
      EXPECT_FALSE(finding.at(key).get<std::string>().empty()) << key;

  settings.threads = 3;
  auto together = tiny(GetParam(), settings);
  ASSERT_TRUE(together);
  EXPECT_EQ(alone->at("findings"), together->at("findings"));
  EXPECT_EQ(alone->at("sections"), together->at("sections"));
}

TEST_P(InstanceExperiment, IsListedAndStopsWhenInterrupted) {
  EXPECT_EQ(named_experiment(GetParam()).name, GetParam());
  ExperimentSettings settings;
  settings.interrupted = [] { return true; };
  EXPECT_FALSE(tiny(GetParam(), settings));
}

INSTANTIATE_TEST_SUITE_P(All, InstanceExperiment,
                         testing::Values("local-entropy-of-solutions", "stabilities", "generalisation",
                                         "number-of-parameters"),
                         [](const auto& given) {
                           std::string name = given.param;
                           std::erase(name, '-');
                           return name;
                         });

// Far beyond capacity nothing is solved: the runs are in the table, their local entropies are not, and nothing is decided.
TEST(LocalEntropyOfSolutions, ShowsRunsThatFail) {
  const auto document = local_entropy_of_solutions({51, 0.82, 2, 0.5, 1}, {});
  ASSERT_TRUE(document);
  const io::Json& rows = document->at("sections")[0]["tables"][1]["rows"];
  EXPECT_EQ(rows.size(), 18u);
  int unsolved = 0;
  for (const auto& row : rows)
    if (row["train_errors"] != 0) {
      ++unsolved;
      EXPECT_TRUE(row["entropy_0.05"].is_null());
    }
  EXPECT_GT(unsolved, 0);
  EXPECT_EQ(document->at("findings").back()["verdict"], "undecided");
}

// N = 1001: 1/sqrt N = 0.0316 and 3/sqrt N = 0.0948 are below 0.1, and stand for [0, 4/sqrt N).
TEST(Stabilities, SharesOfValuesStandForWholeCells) {
  EXPECT_DOUBLE_EQ(end_of_cells_below(0.1, 1001), 4 / std::sqrt(1001.0));
  EXPECT_DOUBLE_EQ(end_of_cells_below(0.1, 2001), 4 / std::sqrt(2001.0));
  EXPECT_DOUBLE_EQ(end_of_cells_below(0.1, 10001), 10 / std::sqrt(10001.0));
  EXPECT_DOUBLE_EQ(end_of_cells_below(0.1, 99), 0);
}

}  // namespace
}  // namespace wfm::experiments
