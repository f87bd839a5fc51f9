// The part of `wfm reproduce fashion-mnist` with so many training images that not every algorithm learns them all.
#pragma once

#include <cstdint>
#include <vector>

#include "experiments/image_committee.hpp"

namespace wfm::experiments {

struct ManyImagesSizes {
  std::size_t seeds = 10;  // 0: the part is left out; one costs some minutes of a core
  std::int64_t patterns = 10000;
  std::int64_t epochs = 1500, sweeps = 500;  // at most, of gradients and of least action
};

/// SGD slow, fast and shrink, SAM, SWA, LAL.
std::vector<Contender> many_images_contenders();

/// Runs end at the first of zero errors and their last epoch; one step each. By contender, then seed.
std::vector<Solution> solve_many_images(const io::ImageData& images, const ManyImagesSizes& sizes,
                                        const ExperimentSettings& settings, Steps& steps);

/// Training and test errors of all runs, solved or not.
io::Json many_images_table(const std::vector<Solution>& solutions, const ManyImagesSizes& sizes);

}  // namespace wfm::experiments
