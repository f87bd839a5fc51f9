#include "experiments/binary_contenders.hpp"

#include <fmt/format.h>

#include <cmath>

namespace wfm::experiments {

std::vector<Contender> binary_contenders(double annealing_rate) {
  return {{"fBP", "fbp", {}},
          {"reinforced AMP", "amp", {}},
          {"reinforced BP", "rbp", {}},
          {"max-sum", "max-sum", {}},
          {"SBPI", "sbpi", {}},
          {"rSGD", "rsgd", {}, 0, 2000},
          {"BinaryNet", "binarynet", {}},
          {"annealing",
           "annealing",
           {{"beta-rate", fmt::format("{}", annealing_rate)}},
           0,
           std::int64_t(std::ceil(100 / annealing_rate))}};
}

Contender amp_with_margin(double kappa) {
  return {fmt::format("reinforced AMP, margin {}", kappa), "amp", {}, kappa};
}

}  // namespace wfm::experiments
