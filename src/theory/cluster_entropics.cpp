#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "math/gaussian.hpp"
#include "theory/entropics.hpp"
#include "theory/falling_root.hpp"

namespace wfm::theory {

namespace {

constexpr double outer_step = 0.14;  // of the sinh map along z
constexpr double z_reach = 9;        // exp(-9^2/2) = 3e-18
constexpr double largest_fall = 45;  // exp(-45) = 3e-20: lobes smaller than this are left out
constexpr int most_inner_nodes = 40000;
constexpr double largest_pull = 1800, largest_spread = 4e4;  // within the above

/// Averages over the fields x = H + sqrt(spread) z' with weight G(z') (2 cosh x)^y.
struct FieldAverages {
  double log_integral = 0;  // ln int Dz' (2cosh x)^y
  double log_2cosh = 0;     // <ln 2cosh x>
  double T = 0;             // <tanh x>
  double sech2 = 0;         // <1 - tanh^2 x>
  double sech2_slope = 0;   // d<1 - tanh^2 x>/d ln(spread)
  double variance() const { return 1 - sech2 - T * T; }
};

/// Newton's method for the maximum of -(x - H)^2/(2 spread) + y ln 2cosh x on the side of x: x = H + pull tanh x, pull = y spread.
/// From |x| = H + pull inwards it descends; 0 where it leaves the side: no maximum there.
double lobe(double H, double pull, double x) {
  const double side = x;
  for (int k = 0; k < 30; ++k) {
    const double T = std::tanh(x), change = (x - H - pull * T) / (1 - pull * (1 - T * T));
    x -= change;
    if (!(x * side > 0)) return 0;
    if (!(std::abs(change) > 1e-3 * std::abs(x))) break;
  }
  return x;
}

/// H >= 0. All poles of the integrand have |Im x| >= pi/2, so even steps below 0.25 do, or 0.6 of the Gaussian's deviation.
FieldAverages field_averages(double H, double spread, double y, double refinement) {
  const double deviation = std::sqrt(spread), pull = y * spread;
  const auto log_weight = [&](double x) { return y * log_2cosh(x) - (x - H) * (x - H) / (2 * spread); };
  const double log_peak = log_weight(lobe(H, pull, H + pull));
  const double other = H < pull ? lobe(H, pull, H - pull) : 0;
  // all lobes lie between H - pull and H + pull
  double low = H - pull - z_reach * deviation;
  const double high = H + pull + z_reach * deviation;
  const bool one_sided =
      log_weight(0) < log_peak - largest_fall && (other == 0 || log_weight(other) < log_peak - largest_fall);
  if (one_sided) low = std::max(low, 0.0);
  const double target = std::min(0.6 * deviation, 0.22) / refinement;
  const double count = std::ceil((high - low) / target);
  FieldAverages sum;
  if (!(count < most_inner_nodes * refinement)) {
    sum.sech2 = std::numeric_limits<double>::quiet_NaN();
    return sum;
  }
  const double step = (high - low) / count;

  double norm = 0, square = 0, product = 0;
  for (int j = 0; j <= int(count); ++j) {
    const double x = low + step * j, e = std::exp(-2 * std::abs(x));
    const double log_cosh = std::abs(x) + std::log1p(e);
    const double exponent = (x - H) * (x - H) / (2 * spread), sech2 = 4 * e / ((1 + e) * (1 + e));
    const double weight = std::exp(y * log_cosh - exponent - log_peak);
    norm += weight;
    square += weight * exponent;
    product += weight * exponent * sech2;
    sum.log_2cosh += weight * log_cosh;
    sum.T += weight * std::copysign((1 - e) / (1 + e), x);
    sum.sech2 += weight * sech2;
  }
  sum.log_integral = log_peak + std::log(norm * step * G(0) / deviation);
  sum.log_2cosh /= norm;
  sum.T /= norm;
  sum.sech2 /= norm;
  // d/d ln(spread) multiplies G((x - H)/sqrt(spread)) by (x - H)^2/(2 spread) - 1/2
  sum.sech2_slope = product / norm - sum.sech2 * square / norm;
  return sum;
}

struct BinaryAverages {
  double log_integral = 0, log_2cosh = 0, T2 = 0, sech2 = 0, sech2_slope = 0, variance = 0, response2 = 0;
};

BinaryAverages binary_averages(double qhat0, double spread, double y, double refinement) {
  const double root_qhat0 = std::sqrt(qhat0);
  // ln int is singular at |Im H| = pi/(2 y |T|) where x has two lobes, at about (2/3) chi^{-3/2} where it has one,
  // chi = d<T>/dH = <1 - T^2> + y Var T at H = 0
  const FieldAverages centre = field_averages(0, spread, y, refinement);
  const double chi = std::max(1.0, centre.sech2 + y * centre.variance());
  const double width = std::min(2.0, 1.2 / (root_qhat0 * std::pow(chi, 1.5)));
  const double x_max = std::asinh(z_reach / width);
  const double count = std::ceil(x_max / outer_step * refinement), step = x_max / count;

  BinaryAverages sum;
  for (int j = 0; j <= int(count); ++j) {  // z >= 0 alone: all is even
    const double z = width * std::sinh(step * j);
    const double weight = (j == 0 ? 1 : 2) * step * std::hypot(z, width) * G(z);
    const FieldAverages field = j == 0 ? centre : field_averages(root_qhat0 * z, spread, y, refinement);
    const double variance = field.variance(), response = field.sech2 + y * variance;
    sum.log_integral += weight * field.log_integral;
    sum.log_2cosh += weight * field.log_2cosh;
    sum.T2 += weight * field.T * field.T;
    sum.sech2 += weight * field.sech2;
    sum.sech2_slope += weight * field.sech2_slope;
    sum.variance += weight * variance;
    sum.response2 += weight * response * response;
  }
  return sum;
}

/// E[1 - <T^2>] = 1 - q1 falls with the spread; the root in ln(spread), by Newton's method near a guess, else bracketed.
struct SpreadSearch {
  const Overlap& q1;
  double qhat0, y, refinement;
  BinaryAverages last{};

  double mismatch(double log_spread) {
    last = binary_averages(qhat0, std::exp(log_spread), y, refinement);
    return std::log(last.sech2 / q1.one_minus_q);
  }

  std::optional<double> newton(double x) {
    for (int step = 0; step < 8; ++step) {
      const double change = mismatch(x) * last.sech2 / last.sech2_slope;
      if (std::abs(change) < 1e-13) return x;
      if (!(std::abs(change) < 1)) return std::nullopt;
      x -= change;
    }
    return std::nullopt;
  }

  std::optional<double> root(double start) {
    const double free = std::atanh(std::sqrt(q1.q)) / (std::sqrt(q1.q) * (1 + y));
    std::optional<double> x = newton(std::log(start > 0 ? start : free));
    if (x) return x;
    x = find_falling_root(
        [&](double at) { return mismatch(at); },
        {std::log(free), 0.5, std::log(1e-12), std::log(std::min(largest_pull / y, largest_spread)), 1e-14});
    if (x) mismatch(*x);
    return x;
  }
};

ClusterEntropics binary_entropics(const Overlap& q1, double qhat0, double y, double start,
                                  double refinement) {
  SpreadSearch search{q1, qhat0, y, refinement};
  const std::optional<double> root = search.root(start);
  const BinaryAverages& last = search.last;

  ClusterEntropics result;
  if (!root || !std::isfinite(last.sech2)) return result;
  result.spread = std::exp(*root);
  const double qhat1 = qhat0 + result.spread;
  result.value = -qhat1 * (q1.one_minus_q + y * q1.q) / 2  //
                 + last.log_integral / y;
  result.value_y = -qhat1 * q1.q / 2  //
                   + (last.log_2cosh - last.log_integral / y) / y;
  result.q0 = last.T2;
  result.q1_minus_q0 = last.variance;
  result.outer = last.response2;
  result.residual = std::abs(last.sech2 - q1.one_minus_q);
  result.found = true;
  return result;
}

ClusterEntropics spherical_entropics(const Overlap& q1, double qhat0, double y) {
  // sqrt(qhat0) A = sqrt(q0), A = A0 - y q0:  q0 sqrt(qhat0) y + sqrt(q0) - sqrt(qhat0) A0 = 0
  const double A0 = q1.one_minus_q + y * q1.q, root_qhat0 = std::sqrt(qhat0);
  const double root_q0 = 2 * root_qhat0 * A0 / (1 + std::sqrt(1 + 4 * qhat0 * y * A0));
  ClusterEntropics result;
  result.q0 = root_q0 * root_q0;
  // A - (1-q1) = y (q1 - q0)
  result.q1_minus_q0 = q1.q - result.q0;
  if (!(result.q1_minus_q0 > 0)) return result;
  const double A = q1.one_minus_q + y * result.q1_minus_q0;
  result.value = ((1 - 1 / y) * std::log(q1.one_minus_q)  //
                  + std::log(A) / y                       //
                  + result.q0 / A) /
                     2  //
                 - y * result.q0 * qhat0 / 2;
  result.value_y = (std::log(q1.one_minus_q / A) / (y * y)  //
                    + result.q1_minus_q0 / (y * A)          //
                    - result.q0 * result.q1_minus_q0 / (A * A)) /
                       2  //
                   - result.q0 * qhat0 / 2;
  result.spread = result.q1_minus_q0 / (q1.one_minus_q * A);
  result.outer = A * A;
  result.residual = std::abs(result.q0 - qhat0 * A * A);
  result.found = true;
  return result;
}

}  // namespace

ClusterEntropics cluster_entropics(Prior prior, const Overlap& q1, double qhat0, double y, double start,
                                   double refinement) {
  return prior == Prior::binary ? binary_entropics(q1, qhat0, y, start, refinement)
                                : spherical_entropics(q1, qhat0, y);
}

}  // namespace wfm::theory
