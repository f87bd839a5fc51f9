// The tree committee with spherical weights, K = 9, at alpha = 1, and the algorithms that solve it: what several experiments share.
#pragma once

#include <optional>
#include <vector>

#include "experiments/document.hpp"
#include "experiments/ensemble.hpp"
#include "experiments/flatness.hpp"

namespace wfm::experiments {

struct CommitteeStudy {
  int inputs = 999;
  std::size_t instances = 20;
  FlatnessParams measures;
};

/// Entry j is the storage problem of instance_seed(settings, j).
std::vector<Problem> committee_problems(const CommitteeStudy& study, const ExperimentSettings& settings);

/// fBP, eLAL and LAL, ceSGD, eLAL and ceSGD with a slow and a fast course.
const std::vector<Contender>& committee_contenders();

/// "Spherical tree committee, K = 9, N = 999, alpha = 1; 20 instances, the same for all"
std::string description(const CommitteeStudy& study);

/// Every contender on every problem, measured; ordered by contender, then instance. One step each. Empty where interrupted.
std::optional<std::vector<MeasuredSolution>> solve_and_measure(const CommitteeStudy& study,
                                                               const ExperimentSettings& settings,
                                                               Steps& steps);

}  // namespace wfm::experiments
