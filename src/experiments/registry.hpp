// The one place where an algorithm is chosen by name. Adding one is a row in the source of its family (registry_entries.hpp).
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "experiments/solve.hpp"

namespace wfm::experiments {

/// The knobs of an algorithm in its order, each with its value as text.
using ResolvedKnobs = std::vector<std::pair<std::string, std::string>>;

struct RegistryEntry {
  AlgorithmDescription description;
  std::function<void(const KnobValues&)>
      check;  // throws InvalidInput for knobs that the algorithm does not take
  std::function<ResolvedKnobs(const Problem&, const KnobValues&)>
      resolve;  // every knob: as given, else the default on this problem
  std::function<SolveResult(const Problem&, const SolveRequest&)> solve;
};

/// All algorithms, in the order in which they are shown.
const std::vector<RegistryEntry>& registry();

/// Throws InvalidInput that lists the names there are.
const RegistryEntry& registry_entry(const std::string& algorithm);

}  // namespace wfm::experiments
