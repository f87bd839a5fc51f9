#include "theory/falling_root.hpp"

#include <algorithm>
#include <cmath>

#include "math/roots.hpp"

namespace wfm::theory {

std::optional<double> find_falling_root(const std::function<double(double)>& f, const RootSearch& search) {
  if (!(search.low <= search.high)) return std::nullopt;
  double x = std::clamp(search.start, search.low, search.high), f_x = f(x);
  if (f_x == 0) return x;
  const double direction = f_x > 0 ? 1 : -1;
  double step = search.step;
  while (std::isfinite(f_x)) {
    const double y = std::clamp(x + direction * step, search.low, search.high);
    if (y == x) return std::nullopt;
    const double f_y = f(y);
    if (!std::isfinite(f_y)) return std::nullopt;
    if (f_y * direction <= 0) {
      // the ends are known: no call for them
      const auto known = [&](double at) { return at == x ? f_x : at == y ? f_y : f(at); };
      return find_root(known, x, y, search.tolerance, 80);
    }
    x = y;
    f_x = f_y;
    step *= 2;
  }
  return std::nullopt;
}

}  // namespace wfm::theory
