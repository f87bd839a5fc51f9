#include "math/roots.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include <boost/math/tools/toms748_solve.hpp>

namespace wfm {

std::optional<double> find_root(const std::function<double(double)>& f, double a, double b, double tolerance,
                                int max_evaluations) {
  if (a > b) std::swap(a, b);
  const double fa = f(a), fb = f(b);
  if (!std::isfinite(fa) || !std::isfinite(fb)) return std::nullopt;
  if (fa == 0) return a;
  if (fb == 0) return b;
  if ((fa > 0) == (fb > 0)) return std::nullopt;

  // A zero ends the search at once, so it is also what a non-finite value is turned into.
  bool finite = true;
  const auto guarded = [&](double x) {
    const double value = f(x);
    finite = finite && std::isfinite(value);
    return finite ? value : 0.0;
  };
  // The last bits of the root, and for a root at zero of the first bracket squared.
  constexpr double epsilon = std::numeric_limits<double>::epsilon();
  const double floor = epsilon * epsilon * (b - a);
  const auto narrow = [&](double low, double high) {
    const double last_bits = 2 * epsilon * std::max(std::abs(low), std::abs(high));
    return high - low <= std::max({tolerance, last_bits, floor});
  };

  auto evaluations = static_cast<std::uintmax_t>(std::max(max_evaluations - 2, 3));
  const auto [low, high] = boost::math::tools::toms748_solve(guarded, a, b, fa, fb, narrow, evaluations);
  if (!finite || !narrow(low, high)) return std::nullopt;
  return low + (high - low) / 2;
}

}  // namespace wfm
