#include "theory/channel.hpp"

#include <cmath>

#include "math/gaussian.hpp"

namespace wfm::theory {

Response MarginChannel::operator()(double h, double v) const {
  const double deviation = std::sqrt(v), a = (margin - h) / deviation;
  const double ratio = R(a);  // d ln H/da = -R, R' = R (R - a)
  return {log_H(a), ratio / deviation, -ratio * (ratio - a) / v};
}

}  // namespace wfm::theory
