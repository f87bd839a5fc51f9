// wfm reproduce number-of-parameters, at any size.
#pragma once

#include <optional>

#include "experiments/instance_experiments.hpp"
#include "experiments/parameter_scan.hpp"

namespace wfm::experiments {

struct NumberOfParametersSizes {
  ParameterScanSizes scan{101, 303, {151, 201, 251, 275, 301, 325, 351, 401, 501, 701, 1001, 1501}, 10, 4000};
  /// Small enough (N <= 25) that all configurations are counted.
  ParameterScanSizes counted{7, 21, {9, 11, 13, 15, 17, 19, 21, 23, 25}, 40, 0};
};

std::optional<io::Json> number_of_parameters(const NumberOfParametersSizes& sizes,
                                             const ExperimentSettings& settings);

}  // namespace wfm::experiments
