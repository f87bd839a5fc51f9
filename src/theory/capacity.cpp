#include "theory/capacity.hpp"

#include <cmath>
#include <limits>
#include <numbers>
#include <optional>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/roots.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double entropy_tolerance = 1e-9;

// Beyond the last saddle the entropy is -infinity: any negative number keeps the bracket.
double entropy_or_negative(double alpha, double margin) {
  const RsResult rs = rs_entropy({alpha, margin});
  return rs.converged ? rs.entropy : -10;
}

}  // namespace

CapacityResult capacity(double margin) {
  require(std::isfinite(margin), fmt::format("capacity needs a finite margin, got {}", margin));
  CapacityResult result;
  // Jensen: phi <= ln 2 + alpha ln H(kappa), so the root lies below ln 2/(-ln H(kappa))
  const double bound = std::numbers::ln2 / -log_H(margin);
  const std::optional<double> alpha =
      std::isfinite(bound) ? find_root([&](double a) { return entropy_or_negative(a, margin); }, 0,
                                       bound * (1 + 1e-9), bound * 1e-14)
                           : std::nullopt;
  const RsResult rs = rs_entropy({alpha.value_or(0), margin});
  result.converged = alpha && rs.converged && std::abs(rs.entropy) <= entropy_tolerance;
  result.alpha_c = result.converged ? *alpha : not_a_number;
  result.q = rs.q;
  result.qhat = rs.qhat;
  result.entropy = rs.entropy;
  if (!result.converged)
    result.reason = fmt::format("the root of the RS entropy at margin {} was not found", margin);
  return result;
}

MaxMarginResult max_margin(double alpha) {
  require(std::isfinite(alpha) && alpha >= 0,
          fmt::format("max_margin needs a finite alpha >= 0, got {}", alpha));
  MaxMarginResult result;
  result.kappa_max = result.q = result.qhat = result.entropy = not_a_number;
  if (alpha == 0) {
    result.reason = "without patterns every margin is kept";
    return result;
  }
  if (entropy_or_negative(alpha, 0) < 0) {
    result.reason = fmt::format("alpha = {} is beyond the capacity at margin 0", alpha);
    return result;
  }
  // ln H(kappa) <= -kappa^2/2 - ln 2 in Jensen's bound
  const double bound = std::sqrt(2 * std::numbers::ln2 / alpha);
  const std::optional<double> kappa =
      find_root([&](double k) { return entropy_or_negative(alpha, k); }, 0, bound, bound * 1e-14);
  if (!kappa) {
    result.reason = fmt::format("the root of the RS entropy at alpha = {} was not found", alpha);
    return result;
  }
  const RsResult rs = rs_entropy({alpha, *kappa});
  result.q = rs.q;
  result.qhat = rs.qhat;
  result.entropy = rs.entropy;
  result.converged = rs.converged && std::abs(rs.entropy) <= entropy_tolerance;
  if (result.converged) {
    result.kappa_max = *kappa;
  } else {
    result.reason = fmt::format("no zero of the RS entropy at alpha = {}", alpha);
  }
  return result;
}

}  // namespace wfm::theory
