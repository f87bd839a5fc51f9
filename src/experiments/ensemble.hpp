// Many solutions of many instances: the runs of an experiment, their measures, and averages with error bars.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "experiments/named.hpp"
#include "experiments/solve.hpp"
#include "landscape/local_entropy.hpp"
#include "landscape/stability_statistics.hpp"
#include "math/statistics.hpp"

namespace wfm::experiments {

/// One row of an experiment: an algorithm under the name that tables and charts give it.
struct Contender {
  std::string label;
  std::string algorithm;
  KnobValues knobs;
  double margin =
      0;  // asked of the run beyond the problem's own; the solution is measured on the problem as it is
  std::optional<std::int64_t> max_steps = {};  // default: the algorithm's own
};

/// What one contender found on one instance.
struct Solution {
  std::string label;
  std::size_t instance = 0;  // index of the problem
  io::RunFile record;
  std::vector<double> stabilities;  // output stabilities of the training patterns
  std::vector<landscape::LocalEntropyPoint>
      entropies;  // one a distance; empty where not measured (unsolved or real weights)

  bool solved() const { return record.train_errors == 0; }  // at the margin asked of the run
};

struct EnsembleParams {
  landscape::LocalEntropyParams measure =
      {};  // of the local entropy, but for the engine, which is the one suited to the problem
  std::vector<double> distances;  // of the local entropy; empty: not measured
  int threads = 0;
  std::uint64_t seed = 1;                            // run seed of instance j is 1000 seed + j
  std::function<void(const Solution&)> on_solution;  // called under a lock as runs end, in any order
  std::function<bool()> interrupted;                 // asked before each run and by the runs themselves
};

/// Threads, seed and interruption as the experiment was asked for.
EnsembleParams ensemble_params(const ExperimentSettings& settings,
                               std::function<void(const Solution&)> on_solution);

/// The experiment's own instances of random storage, each with its own seed.
std::vector<Problem> storage_instances(const Architecture& architecture, WeightKind kind, double alpha,
                                       std::size_t count, const ExperimentSettings& settings);

/// Every contender on every problem, in parallel; the result is ordered by contender, then instance, whatever the threads.
std::vector<Solution> run_ensemble(const std::vector<Problem>& problems,
                                   const std::vector<Contender>& contenders, const EnsembleParams& params);

/// The solutions of one contender, in the order of instances.
std::vector<const Solution*> of_label(const std::vector<Solution>& solutions, const std::string& label);

/// Mean over the solved instances of what `value` returns; NaN values are left out.
MeanAndError average(const std::vector<const Solution*>& solutions,
                     const std::function<double(const Solution&)>& value);

/// Local entropy averaged over the solved instances at distance number `d`. Points that did not converge are left out of the mean
/// and counted.
struct EntropyAverage {
  MeanAndError entropy;
  std::size_t unconverged = 0;
};
EntropyAverage average_entropy(const std::vector<const Solution*>& solutions, std::size_t d);

}  // namespace wfm::experiments
