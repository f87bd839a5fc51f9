// wfm reproduce stabilities, at any size.
#pragma once

#include <optional>

#include "experiments/instance_experiments.hpp"

namespace wfm::experiments {

struct StabilitiesSizes {
  int inputs = 1001;  // N, odd
  double alpha = 0.4;
  std::size_t instances = 20;
  double annealing_rate = 0.03;  // in the inverse temperature a sweep
};

std::optional<io::Json> stabilities(const StabilitiesSizes& sizes, const ExperimentSettings& settings);

/// With +-1 inputs and N odd, stabilities are the odd multiples of 1/sqrt(N), each of which stands for the interval of width 2/sqrt(N)
/// around it. The end of the last such interval whose value is below `limit`: shares below `limit` are to be compared with
/// the probability of [0, end).
double end_of_cells_below(double limit, int inputs);

}  // namespace wfm::experiments
