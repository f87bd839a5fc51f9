// wfm reproduce fashion-mnist, at any size.
#pragma once

#include "experiments/instance_experiments.hpp"
#include "experiments/many_images.hpp"

namespace wfm::experiments {

struct FashionMnistSizes {
  std::size_t seeds = 10;       // subsets of the images, the same for every algorithm
  std::int64_t patterns = 500;  // of each
  ManyImagesSizes many;
};

/// Throws ResourceProblem where the images cannot be read.
std::optional<io::Json> fashion_mnist(const FashionMnistSizes& sizes, const ExperimentSettings& settings);

}  // namespace wfm::experiments
