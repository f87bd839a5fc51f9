#include "training/monte_carlo.hpp"

namespace wfm::training {

void validate(const MonteCarloParams& params) {
  require_values(
      params.beta, "monte carlo: beta", [](double x) { return x >= 0; }, ">= 0");
  require_values(
      params.gamma, "monte carlo: gamma", [](double x) { return x >= 0 && std::isfinite(x); },
      ">= 0 and finite");
}

namespace detail {

std::size_t draw(std::span<const double> a, double Z, RandomStream& random) {
  double left = random.uniform() * Z;
  std::size_t last = 0;  // where rounding leaves a little over: the last that is possible
  for (std::size_t m = 0; m < a.size(); ++m) {
    if (a[m] <= 0) continue;
    last = m;
    left -= a[m];
    if (left < 0) break;
  }
  return last;
}

double geometric(double p, RandomStream& random) {
  if (p >= 1) return 1;
  return 1 + std::floor(std::log1p(-random.uniform()) / std::log1p(-p));
}

}  // namespace detail
}  // namespace wfm::training
