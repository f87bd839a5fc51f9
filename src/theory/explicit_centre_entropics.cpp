#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

#include <Eigen/Core>

#include "math/gaussian.hpp"
#include "math/roots.hpp"
#include "theory/explicit_centre_averages.hpp"

namespace wfm::theory {

namespace {

constexpr double reach = 8.2;  // of normal variables: G(8.2) = 1e-15
constexpr std::ptrdiff_t most_nodes = 20000;
constexpr double most_pairs = 2e7;

/// The solutions' part of (EC.5) as functions of the field v: ln K, <1 - T>, <(1 - T)^2>, <ln 2cosh>.
using Row = Eigen::Array4d;

/// At one v >= 0, by the trapezoidal rule in t: the largest exponents are at |t| <= y Sigma.
Row solutions_at(double v, double sigma, double y, double step) {
  // opposite signs of the field do not matter once e^{-2 y v} is nothing
  const double t_min = -reach - (y * v < 20 ? y * sigma : 0);
  const auto count = std::ptrdiff_t((reach + y * sigma - t_min) / step) + 1;
  const double shift = y * v + y * y * sigma * sigma / 2;  // about the logarithm of K
  double sum = 0;
  Row row = Row::Zero();
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    const double t = t_min + double(i) * step, field = v + sigma * t, size = std::abs(field);
    const double e = std::exp(-2 * size);
    const double log_2cosh = size + std::log1p(e), one_minus_T = 2 * (field < 0 ? 1 : e) / (1 + e);
    const double weight = std::exp(y * log_2cosh - t * t / 2 - shift);
    sum += weight;
    row[1] += weight * one_minus_T;
    row[2] += weight * one_minus_T * one_minus_T;
    row[3] += weight * log_2cosh;
  }
  row /= sum;
  row[0] = shift + std::log(sum * step) - std::log(2 * std::numbers::pi) / 2;
  return row;
}

/// K and its averages as functions of x, v = w sinh x, tabulated over v in [0, largest] and interpolated. Their singularities
/// are at Re v = 0, |Im v| >= pi/(2y) (for large y Sigma^2, K is a multiple of cosh(y v)) and pi/2: |Im x| = pi/2 for all.
class SolutionTable {
 public:
  SolutionTable(double sigma, double y, double largest, double refinement)
      : spacing_(0.125 / refinement), width_(std::numbers::pi / 2 / std::max(1.0, y)), largest_(largest) {
    const double step =
        std::min(0.6 / std::sqrt(1 + y * sigma * sigma), 0.25 / std::max(sigma, 1e-9)) / refinement;
    const auto count = std::ptrdiff_t(std::asinh(largest / width_) / spacing_) + points;
    rows_.reserve(std::size_t(count + points));
    for (std::ptrdiff_t j = 0; j < count; ++j)
      rows_.push_back(solutions_at(width_ * std::sinh(double(j) * spacing_), sigma, y, step));
  }
  double largest() const { return largest_; }

  /// ln K and <ln 2cosh> are even, T is odd.
  Row operator()(double v) const {
    const double x = std::asinh(std::abs(v) / width_) / spacing_;
    const auto first = std::ptrdiff_t(x) - points / 2 + 1;
    Row row = Row::Zero();
    // barycentric weights of equal distances, (-1)^j binomial(points - 1, j)
    double sum = 0, binomial = 1;
    for (int j = 0; j < points; ++j) {
      const double distance = x - double(first + j);
      if (distance == 0) return v < 0 ? mirrored(at(first + j)) : at(first + j);
      const double weight = binomial / distance;
      row += weight * at(first + j);
      sum += weight;
      binomial *= -double(points - 1 - j) / (j + 1);
    }
    row /= sum;
    return v < 0 ? mirrored(row) : row;
  }

 private:
  static constexpr int points = 12;
  static Row mirrored(Row row) {
    row[2] += 4 * (1 - row[1]);
    row[1] = 2 - row[1];
    return row;
  }
  Row at(std::ptrdiff_t j) const { return j < 0 ? mirrored(rows_[std::size_t(-j)]) : rows_[std::size_t(j)]; }

  double spacing_, width_, largest_;
  std::vector<Row> rows_;
};

double log_one_plus_exp(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

/// (EC.6) at any L. n is normal and v = sqrt(qhat0) n; g normal and u = (sthat/sqrt qhat0) n + sqrt(qthat - sthat^2/qhat0) g.
class Fields {
 public:
  Fields(const CentreConjugates& c, double d, double y, double L_guess, double refinement)
      : d_(d),
        deviation_(std::sqrt(c.qhat0)),
        regression_(c.qthat > 0 ? c.sthat / deviation_ : 0),
        own_(c.qthat > 0 ? std::sqrt(std::max(0.0, c.qthat - c.sthat * c.sthat / c.qhat0)) : 0),
        table_(std::sqrt(std::max(0.0, c.qhat1 - c.qhat0)), y, reach * deviation_ + 2 * std::abs(L_guess) + 4,
               refinement) {
    // Z has zeros where u + ln(K(v + L)/K(v - L))/2 is i pi/2; its slope along n is at most this
    const double slope = regression_ + y * deviation_;
    n_step_ = std::min(0.55, 0.26 / slope) / refinement;
    g_step_ = std::min(0.6, 0.3 / own_) / refinement;
    n_count_ = std::ptrdiff_t(reach / n_step_);
    g_count_ = own_ > 0 ? std::ptrdiff_t(reach / g_step_) : 0;
    for (std::ptrdiff_t j = -g_count_; j <= g_count_; ++j) {
      const double g = double(j) * g_step_;
      weights_.push_back(own_ > 0 ? G(g) * g_step_ : 1);
      own_fields_.push_back(own_ * g);
      factors_.push_back(std::exp(2 * own_ * g));
    }
  }
  bool within_limits() const {
    return n_count_ <= most_nodes && double(n_count_) * double(weights_.size()) <= most_pairs;
  }
  double terms() const { return double(n_count_ + 1) * double(weights_.size()); }
  double largest_L() const { return table_.largest() - reach * deviation_; }

  CentreEntropics averages(double L, bool with_logarithms) const;

 private:
  double d_, deviation_, regression_, own_;
  SolutionTable table_;
  double n_step_ = 0, g_step_ = 0;
  std::ptrdiff_t n_count_ = 0, g_count_ = 0;
  std::vector<double> weights_, own_fields_, factors_;  // of g: probability, own_ g, e^{2 own_ g}
};

CentreEntropics Fields::averages(double L, bool with_logarithms) const {
  const double S = 1 - 2 * d_;
  CentreEntropics e;
  e.L = L;
  double wt2 = 0, free_wt = 0;    // E<wt>^2 and 1 - E<wt>^2
  double wt_rest = 0, rest2 = 0;  // E<wt><T - S wt>, E<T - S wt>^2
  // all fields change sign together: n >= 0 alone
  for (std::ptrdiff_t i = 0; i <= n_count_; ++i) {
    const double n = double(i) * n_step_, weight = (i > 0 ? 2 : 1) * n_step_ * G(n);
    // given wt = 1; given wt = -1 with the field reversed, so that both have <1 - wt T>, which is small at small d
    const Row up = table_(L + deviation_ * n), down = table_(L - deviation_ * n);
    const double log_odds = up[0] - down[0] + 2 * regression_ * n, odds = std::exp(log_odds);
    // given wt = 1, -1: T - S wt, (T - S wt)^2 and 1 - T^2
    const double rest_up = 2 * d_ - up[1], rest_down = down[1] - 2 * d_;
    const double square_up = 4 * d_ * (d_ - up[1]) + up[2], square_down = 4 * d_ * (d_ - down[1]) + down[2];
    const double spread_up = 2 * up[1] - up[2], spread_down = 2 * down[1] - down[2];
    double p = 0, m2 = 0, free = 0, m_rest = 0, r2 = 0, log_Z = 0;
    for (std::size_t j = 0; j < weights_.size(); ++j) {
      const double ratio = odds * factors_[j];
      const double p_down = 1 / (1 + ratio), p_up = 1 - p_down;
      const double m = 1 - 2 * p_down, rest = p_up * rest_up + p_down * rest_down;
      p += weights_[j] * p_up;
      m2 += weights_[j] * m * m;
      free += weights_[j] * 4 * p_up * p_down;
      m_rest += weights_[j] * m * rest;
      r2 += weights_[j] * rest * rest;
      // ln(e^u K+ + e^-u K-) = -u + ln K- + ln(1 + ratio)
      if (with_logarithms) log_Z += weights_[j] * log_one_plus_exp(log_odds + 2 * own_fields_[j]);
    }
    wt2 += weight * m2;
    free_wt += weight * free;
    wt_rest += weight * m_rest;
    rest2 += weight * r2;
    e.S += weight * (p * rest_up - (1 - p) * rest_down);
    e.one_minus_q1 += weight * (p * spread_up + (1 - p) * spread_down);
    e.excess1 += weight * (p * square_up + (1 - p) * square_down);
    if (with_logarithms) {
      e.log_Z += weight * (log_Z + down[0] - regression_ * n);
      e.log_2cosh += weight * (p * up[3] + (1 - p) * down[3]);
    }
  }
  const double miss = e.S;  // E<wt T> - S
  e.S = S + miss;
  e.qt = wt2;
  e.excess_st = wt_rest;
  e.st = S * wt2 + wt_rest;
  e.q0 = S * S * wt2 + 2 * S * wt_rest + rest2;
  e.A = rest2 - wt_rest * wt_rest / wt2;
  // E<(T - S wt)^2> = q1 - 2 S E<wt T> + S^2
  e.excess1 += 2 * S * miss;
  e.q1 = S * S + e.excess1;
  e.one_minus_qt = free_wt;
  return e;
}

constexpr int most_L_steps = 60;

/// Root of E<wt T> - S, which grows with L: secant steps, kept within what brackets the root.
double solve_L(const Fields& fields, double S, double guess, double& terms) {
  double low = -std::numeric_limits<double>::infinity(), high = -low;
  double L = guess, last_L = 0, last = 0;
  for (int step = 0; step < most_L_steps; ++step) {
    const double miss = fields.averages(L, false).S - S;
    terms += fields.terms();
    if (!std::isfinite(miss)) break;
    if (std::abs(miss) <= 1e-15) return L;
    (miss < 0 ? low : high) = L;
    const double secant = step > 0 ? L - miss * (L - last_L) / (miss - last) : L - std::copysign(1e-4, miss);
    const double widest = step > 0 ? 4 * std::abs(L - last_L) + 0.1 : 1;
    double next =
        std::isfinite(secant) ? std::clamp(secant, L - widest, L + widest) : L - std::copysign(widest, miss);
    if (!(next > low && next < high) && std::isfinite(high - low)) next = low + (high - low) / 2;
    if (std::abs(next) > fields.largest_L()) break;
    if (std::abs(next - L) <= 1e-14 * (1 + std::abs(L))) return next;
    last_L = L;
    last = miss;
    L = next;
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

CentreOverlaps solution_centre_overlaps(double d, const CentreCoordinates& x) {
  CentreOverlaps o;
  o.S = 1 - 2 * d;
  o.qt = 1 / (1 + std::exp(-x.logit_qt));
  o.one_minus_qt = 1 / (1 + std::exp(x.logit_qt));
  const double excess1 = 4 * d * (1 - d) / (1 + std::exp(-x.logit_eps)), tau = std::tanh(x.atanh_tau);
  const double one_minus_tau2 = 1 / (std::cosh(x.atanh_tau) * std::cosh(x.atanh_tau));
  const double cross = tau * std::sqrt(excess1 * o.qt * o.one_minus_qt);  // st - S qt
  const double gamma = excess1 * one_minus_tau2, share = std::clamp(x.share, 0.0, 1 - 1e-9);
  o.q1 = o.S * o.S + excess1;
  o.one_minus_q1 = 4 * d * (1 - d) / (1 + std::exp(x.logit_eps));
  o.st = o.S * o.qt + cross;
  o.A = share * gamma;
  o.q0 = o.st * o.st / o.qt + o.A;
  // q1 - q0 = (S - st)^2/(1 - qt) + (1 - share) gamma, S - st = S (1 - qt) - cross
  const double S_minus_st = o.S * o.one_minus_qt - cross;
  o.within = S_minus_st * S_minus_st / o.one_minus_qt + (1 - share) * gamma;
  o.rho = S_minus_st / std::sqrt(o.within * o.one_minus_qt);
  o.one_minus_rho2 = (1 - share) * gamma / o.within;
  return o;
}

CentreOverlaps free_centre_overlaps(double d, double logit_eps, double logit_ratio) {
  CentreOverlaps o;
  o.S = 1 - 2 * d;
  o.q1 = o.S * o.S + 4 * d * (1 - d) / (1 + std::exp(-logit_eps));
  o.one_minus_q1 = 4 * d * (1 - d) / (1 + std::exp(logit_eps));
  o.q0 = o.A = o.q1 / (1 + std::exp(-logit_ratio));
  o.within = o.q1 / (1 + std::exp(logit_ratio));
  return o;
}

CentreEntropics centre_entropics(const CentreConjugates& conjugates, double d, double y, double L_guess,
                                 bool with_logarithms, double refinement) {
  CentreEntropics failed;
  failed.L = std::numeric_limits<double>::quiet_NaN();
  const double largest_field = reach * std::sqrt(conjugates.qhat0) + 2 * std::abs(L_guess) + 4;
  const double sigma = std::sqrt(std::max(0.0, conjugates.qhat1 - conjugates.qhat0));
  if (!(largest_field < 500 && y * sigma < 300)) return failed;  // also false for NaN
  const Fields fields(conjugates, d, y, L_guess, refinement);
  if (!fields.within_limits()) return failed;
  double terms = fields.terms();
  const double L = solve_L(fields, 1 - 2 * d, L_guess, terms);
  CentreEntropics e = std::isfinite(L) ? fields.averages(L, with_logarithms) : failed;
  e.terms = terms;
  return e;
}

}  // namespace wfm::theory
