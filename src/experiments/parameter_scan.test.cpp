#include "experiments/parameter_scan.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace wfm::experiments {
namespace {

// Four instances that are solved from N = 20, 20, 40, 40 on, with P = 40: at P/N = 2 half are, at 1 all.
ParameterScan made() {
  ParameterScan scan{{11, 40, {10, 20, 40}, 4, 0}, {{"a", "sbpi", {}}, {"b", "sbpi", {}}}, {}};
  for (const int N : scan.sizes.features) {
    std::vector<ScanInstance> instances;
    for (int j = 0; j < 4; ++j) {
      ScanInstance instance;
      const bool first = N >= (j < 2 ? 20 : 40);
      instance.runs = {{Outcome::solved, first ? 0 : 4, 1, 0.1 * j + 1.0 / N},
                       {Outcome::solved, N == 40 ? 0 : 8, 1, 0.2}};
      instance.bp_entropy = N == 10 ? std::nan("") : 0.1;
      instance.counted_entropy = std::nan("");
      instances.push_back(instance);
    }
    scan.instances.push_back(instances);
  }
  return scan;
}

TEST(ParameterScan, FindsWhereHalfOfTheInstancesAreSolved) {
  const ParameterScan scan = made();
  const Transitions found = transitions_of(scan, 1);
  EXPECT_DOUBLE_EQ(found.algorithms[0].mean, 20);
  EXPECT_DOUBLE_EQ(found.algorithms[1].mean, 40 / 1.5);  // all at P/N = 1, none at 2
  EXPECT_DOUBLE_EQ(found.bp.mean, 40.0 / 3);             // all at P/N = 2, none at 4
  EXPECT_EQ(found.best, 0u);
  EXPECT_TRUE(std::isnan(found.counted.mean));
}

TEST(ParameterScan, AveragesOverAllInstances) {
  const ParameterScan scan = made();
  EXPECT_EQ(scan.count_solved(1, 0), 2u);
  EXPECT_DOUBLE_EQ(scan.train_error(1, 0).mean, 0.05);
  EXPECT_NEAR(scan.test_error_change(0, 2, 0).mean, 1.0 / 40 - 1.0 / 10, 1e-15);
  EXPECT_NEAR(scan.test_error_change(0, 2, 0).standard_error, 0,
              1e-15);  // paired: instances differ by their offset only
}

// What an algorithm finds was counted; one pattern of the label's sign alone leaves half of the configurations.
TEST(ParameterScan, CountsAtLeastWhatAlgorithmsFind) {
  const ExperimentSettings settings;
  Steps steps(settings, 24);
  const std::vector<Contender> contenders{{"SBPI", "sbpi", {}, 0, 200}, {"max-sum", "max-sum", {}, 0, 200}};
  const auto scan = run_scan({7, 13, {5, 9, 15}, 8, 20}, contenders, true, settings, steps);
  ASSERT_TRUE(scan);
  std::size_t found = 0, none = 0;
  for (const auto& instances : scan->instances)
    for (const ScanInstance& instance : instances) {
      none += instance.counted_entropy >= 0 ? 0 : 1;
      for (std::size_t c = 0; c < 2; ++c)
        if (instance.solved(c)) {
          ++found;
          EXPECT_GE(instance.counted_entropy, 0);
        }
    }
  EXPECT_GT(found, 0u);
  EXPECT_GT(none, 0u);
  Steps one(settings, 1);
  const auto single = run_scan({7, 1, {15}, 1, 0}, contenders, true, settings, one);
  EXPECT_NEAR(single->instances[0][0].counted_entropy, 14 * std::log(2.0) / 15, 1e-12);
  EXPECT_NEAR(single->instances[0][0].bp_entropy, 14 * std::log(2.0) / 15, 1e-4);
}

}  // namespace
}  // namespace wfm::experiments
