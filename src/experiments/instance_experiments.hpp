// Named experiments on instances and data: one file each, of the same name. Each returns its results document, empty where it was
// interrupted. docs/experiments.md says what each shows.
#pragma once

#include <optional>

#include "experiments/named.hpp"

namespace wfm::experiments {

std::optional<io::Json> amp_teacher_student(const ExperimentSettings& settings);
std::optional<io::Json> algorithmic_thresholds(const ExperimentSettings& settings);
std::optional<io::Json> local_entropy_of_solutions(const ExperimentSettings& settings);
std::optional<io::Json> stabilities(const ExperimentSettings& settings);
std::optional<io::Json> generalisation(const ExperimentSettings& settings);
std::optional<io::Json> number_of_parameters(const ExperimentSettings& settings);
std::optional<io::Json> fashion_mnist(const ExperimentSettings& settings);
std::optional<io::Json> multi_layer(const ExperimentSettings& settings);
std::optional<io::Json> paths(const ExperimentSettings& settings);
std::optional<io::Json> committee_algorithms(const ExperimentSettings& settings);
std::optional<io::Json> hessians(const ExperimentSettings& settings);
std::optional<io::Json> norm_schedules(const ExperimentSettings& settings);

}  // namespace wfm::experiments
