// The instances of wfm reproduce cross-entropy-minimisers as a section of its document, and the claims that they judge.
#pragma once

#include <vector>

#include "experiments/annealed_instances.hpp"

namespace wfm::experiments {

struct MinimisersOfInstances {
  Section section;
  std::vector<io::Json> findings;
};

MinimisersOfInstances minimisers_of_instances(const AnnealedInstances& all);

}  // namespace wfm::experiments
