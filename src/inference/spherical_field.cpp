#include "inference/spherical_field.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "math/roots.hpp"

namespace wfm::inference {
namespace {

constexpr double smallest_passed_back =
    1e-8;  // variance from the centre, in cavity variances: gamma = y = infinity

}  // namespace

double focusing_precision(FocusingPoint point, double cavity_variance) {
  if (point.gamma == 0 || point.y == 1) return 0;
  const double from_replica = cavity_variance + 1 / point.gamma;
  const double variance = from_replica / (point.y - 1) + 1 / point.gamma;
  return 1 / std::max(variance, smallest_passed_back * cavity_variance);
}

void focus_spherical(const WeightPrior& prior, FocusingPoint point, WeightMessages cavity,
                     std::span<double> theta, std::span<double> rho) {
  for (int k = 0; k < prior.hidden(); ++k) {
    const auto Gamma = prior.unit(cavity.field, k), Lambda = prior.unit(cavity.precision, k);
    const double a =
        UnitSphere(Gamma, Lambda).multiplier([&](double v) { return focusing_precision(point, v); });
    const auto theta_k = prior.unit(theta, k), rho_k = prior.unit(rho, k);
    for (std::size_t i = 0; i < Gamma.size(); ++i) {
      const double v = 1 / (Lambda[i] + a), m = Gamma[i] * v;
      rho_k[i] = focusing_precision(point, v);
      theta_k[i] = rho_k[i] * m;
    }
  }
}

double solve_spherical_overlap(const WeightPrior& prior, WeightMessages cavity,
                               std::span<const double> reference, double overlap, double guess) {
  const std::size_t M = prior.size();
  std::vector<double> H(M), m(M), v(M);
  // rises with lambda from -1 to 1
  const auto excess = [&](double lambda) {
    for (std::size_t i = 0; i < M; ++i) H[i] = cavity.field[i] + lambda * reference[i];
    prior.posterior({H, cavity.precision}, m, v);
    double sum = 0;
    for (std::size_t i = 0; i < M; ++i) sum += reference[i] * m[i];
    return sum / double(M) - overlap;
  };
  // the guess lies inside the bracket: at the end of one it would stall the search by being the root itself
  for (double step = 1e-3; step < 1e12; step *= 4)
    if (excess(guess - step) < 0 && excess(guess + step) > 0)
      return find_root(excess, guess - step, guess + step, 1e-14 * (1 + std::abs(guess)))
          .value_or(std::numeric_limits<double>::quiet_NaN());
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace wfm::inference
