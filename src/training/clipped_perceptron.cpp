#include "training/clipped_perceptron.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "math/error.hpp"

namespace wfm::training {
namespace {

SbpiParams as_sbpi(const Problem& problem, const ClippedPerceptronParams& params) {
  const double n = std::max(1, problem.architecture.fan_in());
  if (!(params.reinforcement >= 0 && params.reinforcement <= std::sqrt(n)))
    throw InvalidInput(
        fmt::format("clipped-perceptron: reinforcement must lie in [0, sqrt(fan-in) = {:.4g}], given {}",
                    std::sqrt(n), params.reinforcement));
  return {.theta = std::numeric_limits<double>::infinity(),
          .secure_probability = params.reinforcement / std::sqrt(n),
          .start_state = params.start_state,
          .max_state = params.max_state};
}

}  // namespace

ClippedPerceptron::ClippedPerceptron(const Problem& problem, const Params& params)
    : rule_(problem, as_sbpi(problem, params)) {}

}  // namespace wfm::training
