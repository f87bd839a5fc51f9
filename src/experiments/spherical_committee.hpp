// The tree committee with spherical weights, K = 9, at alpha = 1, and the algorithms that solve it: what several experiments share, and
// these experiments at any size.
#pragma once

#include <optional>
#include <vector>

#include "experiments/document.hpp"
#include "experiments/ensemble.hpp"
#include "experiments/flatness.hpp"

namespace wfm::experiments {

struct CommitteeStudy {
  int inputs = 999;  // N, an odd multiple of 9
  std::size_t instances = 20;
  FlatnessParams measures;
};

/// N = 999 and so many instances quick, N = 2997 and 50 of them full, unless the settings name their number.
CommitteeStudy committee_study(const ExperimentSettings& settings, std::size_t quick_instances,
                               const std::vector<double>& distances, const std::vector<double>& noise);

/// `wfm reproduce committee-algorithms` and `hessians` on a study; the judged distance is the fourth and the second one of theirs,
/// the judged noise the third and the first.
std::optional<io::Json> committee_algorithms(const CommitteeStudy& study, const ExperimentSettings& settings);
std::optional<io::Json> hessians(const CommitteeStudy& study, const ExperimentSettings& settings);

/// `wfm reproduce norm-schedules`: two distances or more, the second one judged.
struct NormSchedulesSizes {
  CommitteeStudy study;
  std::vector<int> speeds{0, 1, 2, 3, 4};  // k: a change by the factor 1 + 10^-k in an epoch
  std::int64_t epochs_after = 3000;        // at most, once the schedule has ended
};
std::optional<io::Json> norm_schedules(const NormSchedulesSizes& sizes, const ExperimentSettings& settings);

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
