// The one place where an algorithm is chosen by name. Adding one is a row in the source of its family (registry_entries.hpp).
#pragma once

#include <functional>
#include <vector>

#include "experiments/solve.hpp"

namespace wfm::experiments {

struct RegistryEntry {
  AlgorithmDescription description;
  std::function<void(const KnobValues&)>
      check;  // throws InvalidInput for knobs that the algorithm does not take
  std::function<SolveResult(const Problem&, const SolveRequest&)> solve;
};

/// All algorithms, in the order in which they are shown.
const std::vector<RegistryEntry>& registry();

/// Throws InvalidInput that lists the names there are.
const RegistryEntry& registry_entry(const std::string& algorithm);

}  // namespace wfm::experiments
