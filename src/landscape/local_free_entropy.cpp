#include "landscape/local_free_entropy.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "inference/edge_bp.hpp"
#include "math/error.hpp"

namespace wfm::landscape {

double local_free_entropy(const Problem& problem, const Weights& centre, double gamma,
                          const LocalFreeEntropyParams& params) {
  using inference::EdgeBp;
  require(std::isfinite(gamma), fmt::format("local free entropy: gamma must be finite, given {}", gamma));
  inference::FixedField field{centre.values};
  for (double& h : field.values) h *= gamma;
  EdgeBp::Params settings;
  settings.external = std::move(field);
  settings.damping = params.damping;
  settings.tolerance = params.tolerance;
  const EdgeBp bp(problem, settings);
  RandomStream initial(params.seed, Purpose::measurement);
  auto state = bp.start(initial);
  for (int t = 0; t < params.iterations; ++t) {
    RandomStream random(params.seed, Purpose::measurement, std::uint64_t(t) + 1);
    const Progress progress = bp.step(state, random);
    if (progress.failed) break;
    if (progress.converged) return bp.bethe(state).free_entropy * problem.architecture.weights();
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace wfm::landscape
