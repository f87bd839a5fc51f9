// The instances of wfm reproduce parity, at any size: small trees of which all solutions are counted, and larger ones that algorithms
// solve. Machines are compared at equal shares of their capacities.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "experiments/document.hpp"
#include "problems/problem.hpp"
#include "theory/machine.hpp"

namespace wfm::experiments {

/// One machine of the comparison. All are trees with binary weights and odd fan-in, which has no ties.
struct ComparedMachine {
  theory::Machine machine;
  double capacity = 0;
  std::string label;  // "parity K = 2"

  Architecture architecture(int inputs) const;
  /// Random patterns at this share of the capacity.
  Problem instance(int inputs, double share, std::uint64_t seed) const;
};

/// Findings and the section that shows what they rest on.
struct InstancePart {
  std::vector<io::Json> findings;
  io::Json section;
};

struct CountedParitySizes {
  double share = 2.0 / 3;  // of the capacity: a whole number of patterns at all sizes of parity machines
  std::size_t instances = 30;
  std::vector<int> inputs_two{18, 30, 42}, inputs_three{21, 27, 33};  // N of K = 2, 3, growing, >= 12
  int theory_points = 16;                                             // of the Franz-Parisi curves
};
/// Steps that counted_parity reports.
std::int64_t steps_of(const CountedParitySizes& sizes, const std::vector<ComparedMachine>& machines);
/// All solutions of small instances: share_w(D) of (NB.1) around typical and around the densest ones. Empty where interrupted.
std::optional<InstancePart> counted_parity(const CountedParitySizes& sizes,
                                           const std::vector<ComparedMachine>& machines,
                                           const ExperimentSettings& settings, Steps& steps);

struct FoundParitySizes {
  int inputs_two = 602, inputs_three = 603;  // N of K = 2, 3
  std::size_t instances = 10;                // at each load
  std::vector<double> shares{0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
  std::size_t measured_share = 2;  // index of the share where local entropies are measured
  std::size_t measured = 10;       // on so many of the instances
  std::vector<double> distances{0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3};  // growing
  double annealing_rate = 0.05;  // in the inverse temperature a sweep
};
std::int64_t steps_of(const FoundParitySizes& sizes, const std::vector<ComparedMachine>& machines);
/// Which loads algorithms solve, and the local entropy (BP) around what they find, beside typical solutions. Empty where interrupted.
std::optional<InstancePart> found_parity(const FoundParitySizes& sizes,
                                         const std::vector<ComparedMachine>& machines,
                                         const ExperimentSettings& settings, Steps& steps);

}  // namespace wfm::experiments
