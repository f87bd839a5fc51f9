// wfm reproduce local-entropy-of-solutions, at any size.
#pragma once

#include <optional>

#include "experiments/instance_experiments.hpp"

namespace wfm::experiments {

struct LocalEntropyOfSolutionsSizes {
  int inputs = 1001;  // N, odd
  double alpha = 0.4;
  std::size_t instances = 20;
  double margin = 0.3;           // asked of the solutions that stand for those of high margin
  double annealing_rate = 0.03;  // in the inverse temperature a sweep
};

std::optional<io::Json> local_entropy_of_solutions(const LocalEntropyOfSolutionsSizes& sizes,
                                                   const ExperimentSettings& settings);

}  // namespace wfm::experiments
