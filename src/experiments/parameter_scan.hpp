// The same patterns seen through more and more random features: what algorithms do with each number of weights, where solutions exist,
// and from which numbers on half of the instances are solved. Binary perceptron.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "experiments/document.hpp"
#include "experiments/ensemble.hpp"
#include "experiments/success_threshold.hpp"
#include "math/statistics.hpp"

namespace wfm::experiments {

/// Instances of P patterns of D inputs, seen through N features for each N.
struct ParameterScanSizes {
  int latent_inputs = 0;      // D, odd
  std::size_t patterns = 0;   // P
  std::vector<int> features;  // N, growing and odd
  std::size_t instances = 0;
  std::size_t test_patterns = 0;
};

/// What one algorithm did with one instance.
struct ScanRun {
  Outcome outcome = Outcome::interrupted;
  std::int64_t train_errors = 0, steps = 0;
  double test_error = 0;  // NaN without test patterns
};

/// One instance with one number of features; entropies are (1/N) ln of the number of solutions.
struct ScanInstance {
  std::vector<ScanRun> runs;  // one a contender
  double bp_entropy =
      0;  // by belief propagation; NaN where it did not converge, or on violated patterns (below -ln 2)
  double counted_entropy = 0;  // -infinity without solutions; NaN where not counted

  bool solved(std::size_t contender) const { return runs[contender].train_errors == 0; }
};

struct ParameterScan {
  ParameterScanSizes sizes;
  std::vector<Contender> contenders;
  std::vector<std::vector<ScanInstance>> instances;  // by number of features, then instance

  double ratio(std::size_t n) const { return sizes.features[n] / double(sizes.patterns); }  // N/P
  std::size_t count_solved(std::size_t n, std::size_t contender) const;
  /// Over all instances, solved or not: share of the training patterns that are wrong, test error.
  MeanAndError train_error(std::size_t n, std::size_t contender) const;
  MeanAndError test_error(std::size_t n, std::size_t contender) const;
  /// Paired change of the test error from the n-th number of features to the m-th.
  MeanAndError test_error_change(std::size_t n, std::size_t m, std::size_t contender) const;
};

/// Runs everything, in parallel over instances, a step each. `counted`: all 2^N configurations are counted, N <= 30. Empty where
/// interrupted.
std::optional<ParameterScan> run_scan(const ParameterScanSizes& sizes,
                                      const std::vector<Contender>& contenders, bool counted,
                                      const ExperimentSettings& settings, Steps& steps);

/// The number of features, with its error, at which `property` is there for half of the instances (linear in P/N, instances resampled);
/// NaN where the numbers scanned do not pass one half.
MeanAndError half_number(const ParameterScan& scan, const std::function<bool(const ScanInstance&)>& property,
                         std::uint64_t seed);

struct Transitions {
  MeanAndError bp, counted;              // a positive entropy by belief propagation; a solution
  std::vector<MeanAndError> algorithms;  // success of each contender
  std::size_t best = 0;                  // the contender that needs the fewest weights
  const MeanAndError& first() const { return algorithms[best]; }
};
Transitions transitions_of(const ParameterScan& scan, std::uint64_t seed);

}  // namespace wfm::experiments
