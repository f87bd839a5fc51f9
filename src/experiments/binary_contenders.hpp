// The algorithms for binary weights that the experiments on instances compare.
#pragma once

#include <vector>

#include "experiments/ensemble.hpp"

namespace wfm::experiments {

/// Focusing BP, reinforced AMP and BP, max-sum, SBPI, rSGD, BinaryNet, annealing, each with the registry's defaults, but for an
/// annealing of `annealing_rate` in the inverse temperature a sweep; runs that crawl on end at 2000 epochs of rSGD and where the
/// inverse temperature is 100. Colours of charts go by this order.
std::vector<Contender> binary_contenders(double annealing_rate);

/// Reinforced AMP on patterns that are asked to be kept with margin kappa.
Contender amp_with_margin(double kappa);

}  // namespace wfm::experiments
