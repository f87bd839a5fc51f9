// wfm reproduce generalisation, at any size.
#pragma once

#include <optional>
#include <vector>

#include "experiments/instance_experiments.hpp"

namespace wfm::experiments {

struct GeneralisationSizes {
  int inputs = 1001;  // N, odd
  std::vector<double> alphas{0.3, 0.45, 0.6, 0.75, 0.9};
  std::size_t shown = 2;  // the load whose solutions are drawn one by one
  std::size_t instances = 10;
  std::size_t test_patterns = 4000;
  double annealing_rate = 0.03;  // in the inverse temperature a sweep
};

std::optional<io::Json> generalisation(const GeneralisationSizes& sizes, const ExperimentSettings& settings);

}  // namespace wfm::experiments
