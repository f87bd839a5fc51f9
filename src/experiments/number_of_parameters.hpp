// wfm reproduce number-of-parameters, at any size.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "experiments/instance_experiments.hpp"

namespace wfm::experiments {

/// Instances of P patterns of D inputs, seen through N features for each N: more parameters on the same data.
struct ParameterScan {
  int latent_inputs = 0;      // D, odd
  std::size_t patterns = 0;   // P
  std::vector<int> features;  // N, growing and odd
  std::size_t instances = 0;
  std::size_t test_patterns = 0;
};

struct NumberOfParametersSizes {
  ParameterScan scan{101, 303, {101, 151, 201, 251, 275, 301, 325, 351, 401, 501, 701, 1001, 1501}, 10, 4000};
  /// Small enough (N <= 25) that all configurations are counted.
  ParameterScan counted{7, 21, {9, 11, 13, 15, 17, 19, 21, 23, 25}, 40, 0};
};

std::optional<io::Json> number_of_parameters(const NumberOfParametersSizes& sizes,
                                             const ExperimentSettings& settings);

}  // namespace wfm::experiments
