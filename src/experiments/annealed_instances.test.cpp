// What is compared with which theory.
#include "experiments/annealed_instances.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "math/error.hpp"

namespace wfm::experiments {
namespace {

TEST(AnnealedPoint, ComparesEachInstanceWithItsOwnEnergyAboveFreezingOnly) {
  AnnealedPoint point;
  for (const double energy : {1.0, 4.0}) point.runs.push_back({energy, 0, 1, 0.08, {}});
  point.minimisers.energy = 0.5;
  EXPECT_EQ(point.compared_energy(0), 1);
  EXPECT_EQ(point.compared_energy(1), 4);
  point.minimisers.energy = 1.5;
  EXPECT_NEAR(point.compared_energy(0), 2, 1e-12);
  EXPECT_NEAR(point.compared_energy(1), 2, 1e-12);
}

TEST(AnnealedPoint, DifferencesArePairedWithTheTheoryOfEachInstance) {
  AnnealedPoint point;
  for (const double energy : {1.0, 2.0, 3.0}) {
    MeasureAtEnergy theory;
    theory.local_entropy = 0.08 - 0.01 * energy;
    point.runs.push_back({energy, 0, 1, 0.085 - 0.01 * energy, theory});
  }
  point.runs.push_back({4, 0, 1, std::nan(""), {}});
  EXPECT_EQ(point.difference().count, 3u);
  EXPECT_NEAR(point.difference().mean, 0.005, 1e-12);
  EXPECT_NEAR(point.difference().standard_error, 0, 1e-12);
  EXPECT_NEAR(point.local_entropy().standard_error, 0.01 / std::sqrt(3.0), 1e-12);
  EXPECT_NEAR(point.energy().mean, 2.5, 1e-12);
}

TEST(AnnealedInstances, StopWhenInterruptedAndRefuseEmptyRanges) {
  const AnnealedInstancesSizes sizes{{51}, {0.3}, {1}, 2, 40};
  ExperimentSettings settings;
  Steps idle(settings, 1);
  AnnealedInstancesSizes none = sizes;
  none.gammas.clear();
  EXPECT_THROW(annealed_instances(none, 0.02, settings, idle), InvalidInput);
  settings.interrupted = [] { return true; };
  Steps steps(settings, step_count(sizes));
  EXPECT_FALSE(annealed_instances(sizes, 0.02, settings, steps));
}

}  // namespace
}  // namespace wfm::experiments
