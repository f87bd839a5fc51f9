// Named experiments that replica theory alone answers: one file each, of the same name. Each returns its results document, empty
// where it was interrupted. docs/experiments.md says what each shows; cross_entropy_minimisers has instances beside the theory.
#pragma once

#include <optional>

#include "experiments/named.hpp"

namespace wfm::experiments {

std::optional<io::Json> margin_entropy(const ExperimentSettings& settings);
std::optional<io::Json> franz_parisi(const ExperimentSettings& settings);
std::optional<io::Json> alpha_le(const ExperimentSettings& settings);
std::optional<io::Json> committee_local_entropy(const ExperimentSettings& settings);
std::optional<io::Json> cross_entropy_minimisers(const ExperimentSettings& settings);
std::optional<io::Json> parity(const ExperimentSettings& settings);

}  // namespace wfm::experiments
