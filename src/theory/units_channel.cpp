#include "theory/units_channel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <type_traits>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"

namespace wfm::theory {

namespace {

/// Probabilities relative to the larger of each unit.
struct Linear {
  static constexpr double zero = 0, one = 1;
  static double plus(const UnitTails& unit) { return unit.plus; }
  static double minus(const UnitTails& unit) { return unit.minus; }
  static double add(double x, double y) { return x + y; }
  static double multiply(double x, double y) { return x * y; }
  static double ratio(double x, double y) { return x / y; }
  static double log(double x) { return std::log(x); }
};

/// The same in logarithms, for tau whose products underflow.
struct Logarithmic {
  static constexpr double zero = -std::numeric_limits<double>::infinity(), one = 0;
  static double plus(const UnitTails& unit) { return log_H(unit.a_plus) - unit.log_larger; }
  static double minus(const UnitTails& unit) { return log_H(unit.a_minus) - unit.log_larger; }
  static double add(double x, double y) {
    const double larger = std::max(x, y);
    return larger == zero ? zero : larger + std::log1p(std::exp(std::min(x, y) - larger));
  }
  static double multiply(double x, double y) { return x + y; }
  static double ratio(double x, double y) { return std::exp(x - y); }
  static double log(double x) { return x; }
};

/// Weights of the four signs of units l and m, the others summed over.
struct PairWeights {
  double both, only_l, only_m, neither;
  double
      decided_l;  // by unit l: the others' weight where l must be +1 minus that where it must be -1; Linear only
};

template <class A>
PairWeights pair_weights(std::span<const UnitTails> tails, bool parity, std::size_t l, std::size_t m) {
  const std::size_t K = tails.size();
  double both, one, neither;  // weights of the others, given that both, one, none of l and m are +1
  double decided_with_m_plus, decided_with_m_minus;  // both - one, one - neither
  if (parity) {
    double even = A::one, odd = A::zero;  // numbers of -1
    double product_of_others = 1;         // even - odd
    for (std::size_t k = 0; k < K; ++k) {
      if (k == l || k == m) continue;
      const double p = A::plus(tails[k]), n = A::minus(tails[k]);
      const double next = A::add(A::multiply(even, p), A::multiply(odd, n));
      odd = A::add(A::multiply(even, n), A::multiply(odd, p));
      even = next;
      product_of_others *= tails[k].plus - tails[k].minus;
    }
    both = neither = even;
    one = odd;
    decided_with_m_plus = product_of_others;
    decided_with_m_minus = -product_of_others;
  } else {
    std::array<double, most_units> with_plus;  // [n]: n of the others are +1
    with_plus.fill(A::zero);
    with_plus[0] = A::one;
    std::size_t count = 0;
    for (std::size_t k = 0; k < K; ++k) {
      if (k == l || k == m) continue;
      const double p = A::plus(tails[k]), n = A::minus(tails[k]);
      ++count;
      with_plus[count] = A::multiply(with_plus[count - 1], p);
      for (std::size_t j = count - 1; j > 0; --j)
        with_plus[j] = A::add(A::multiply(with_plus[j], n), A::multiply(with_plus[j - 1], p));
      with_plus[0] = A::multiply(with_plus[0], n);
    }
    // at least (K+1)/2 - {2, 1, 0} of K - 2 others
    const std::size_t majority = (K + 1) / 2;
    neither = A::zero;
    for (std::size_t n = majority; n <= count; ++n) neither = A::add(neither, with_plus[n]);
    one = A::add(neither, with_plus[majority - 1]);
    both = A::add(one, with_plus[majority - 2]);
    decided_with_m_plus = with_plus[majority - 2];
    decided_with_m_minus = with_plus[majority - 1];
  }
  const double l_plus = A::plus(tails[l]), l_minus = A::minus(tails[l]);
  const double m_plus = A::plus(tails[m]), m_minus = A::minus(tails[m]);
  return {A::multiply(A::multiply(l_plus, m_plus), both), A::multiply(A::multiply(l_plus, m_minus), one),
          A::multiply(A::multiply(l_minus, m_plus), one), A::multiply(A::multiply(l_minus, m_minus), neither),
          m_plus * decided_with_m_plus + m_minus * decided_with_m_minus};
}

template <class A>
double sum(const PairWeights& w) {
  return A::add(A::add(w.both, w.only_l), A::add(w.only_m, w.neither));
}

/// (U.3) from the pairs; `total` is X in the arithmetic A.
template <class A>
void derivatives(std::span<const UnitTails> tails, bool parity, double total, std::span<double> r,
                 std::span<double> dr) {
  const std::size_t K = tails.size();
  std::array<double, most_units> p_plus, p_minus, decided;  // P(tau_l = +-1)
  for (std::size_t l = 0; l < K; ++l)
    for (std::size_t m = l + 1; m < K; ++m) {
      if (dr.empty() && l > 0 && m + 1 < K) continue;
      const PairWeights w = pair_weights<A>(tails, parity, l, m);
      const double both = A::ratio(w.both, total), only_l = A::ratio(w.only_l, total);
      const double only_m = A::ratio(w.only_m, total), neither = A::ratio(w.neither, total);
      p_plus[l] = both + only_l;
      p_minus[l] = only_m + neither;
      if constexpr (std::is_same_v<A, Linear>) {
        decided[l] = w.decided_l / total;
        if (m + 1 == K) decided[m] = pair_weights<A>(tails, parity, m, l).decided_l / total;
      }
      p_plus[m] = both + only_m;
      p_minus[m] = only_l + neither;
      // Cov(s_l, s_m) = [P(++) P(--) - P(+-) P(-+)] (s_l(+) - s_l(-)) (s_m(+) - s_m(-))
      if (!dr.empty())
        dr[l * K + m] = dr[m * K + l] = (both * neither - only_l * only_m) *
                                        (tails[l].r_plus - tails[l].r_minus) *
                                        (tails[m].r_plus - tails[m].r_minus);
    }
  for (std::size_t l = 0; l < K; ++l) {
    const UnitTails& unit = tails[l];
    r[l] = p_plus[l] * unit.r_plus + p_minus[l] * unit.r_minus;
    if constexpr (std::is_same_v<A, Linear>) {
      // kappa = 0: p(+1) and p(-1) have opposite slopes, which cancel for a unit that hardly matters
      const double slope = unit.plus > unit.minus ? unit.plus * unit.r_plus : -unit.minus * unit.r_minus;
      if (unit.a_plus == -unit.a_minus && std::abs(decided[l] * slope) < 0.1 * (unit.r_plus - unit.r_minus)) {
        r[l] = decided[l] * slope;
        const double r_tail = unit.plus > unit.minus ? unit.r_minus : unit.r_plus;
        const double dr_tail = unit.plus > unit.minus ? unit.dr_minus : unit.dr_plus;
        if (!dr.empty())
          dr[l * K + l] = (r_tail + dr_tail / r_tail) * r[l] - r[l] * r[l];  // p''/p' = s + s'/s
        continue;
      }
    }
    if (dr.empty()) continue;
    // E[ds_l/dh] + P(+) P(-) (s_l(+) - s_l(-))^2
    const double gap = unit.r_plus - unit.r_minus;
    dr[l * K + l] =
        p_plus[l] * unit.dr_plus + p_minus[l] * unit.dr_minus + p_plus[l] * p_minus[l] * gap * gap;
  }
}

/// sum over inadmissible tau of prod_l p_l(tau_l), over prod_l (p_l(+1) + p_l(-1)).
double wrong_share(std::span<const UnitTails> tails, bool parity) {
  const std::size_t K = tails.size();
  std::array<double, most_units + 1> with_minus = {};  // [n]: n units (modulo 2 for parity) are -1
  with_minus[0] = 1;
  double all = 1;
  for (std::size_t k = 0; k < K; ++k) {
    const double p = tails[k].plus, n = tails[k].minus;
    all *= p + n;
    if (parity) {
      const double even = with_minus[0] * p + with_minus[1] * n;
      with_minus[1] = with_minus[0] * n + with_minus[1] * p;
      with_minus[0] = even;
      continue;
    }
    for (std::size_t j = k + 1; j > 0; --j) with_minus[j] = with_minus[j] * p + with_minus[j - 1] * n;
    with_minus[0] *= p;
  }
  double wrong = parity ? with_minus[1] : 0;
  for (std::size_t n = (K + 1) / 2; n <= K && !parity; ++n) wrong += with_minus[n];
  return wrong / all;
}

}  // namespace

UnitTails unit_tails(double h, double v, double margin) {
  const double deviation = std::sqrt(v);
  UnitTails unit;
  unit.a_plus = (margin - h) / deviation;
  unit.a_minus = (margin + h) / deviation;
  const bool plus_is_larger = h >= 0;
  const double a_larger = plus_is_larger ? unit.a_plus : unit.a_minus;
  const double a_smaller = plus_is_larger ? unit.a_minus : unit.a_plus;
  const double R_smaller = R(a_smaller);  // a_smaller >= 0: H = G/R without cancellation
  double R_larger, smaller;               // smaller: H(a_smaller)/H(a_larger)
  if (margin == 0) {
    const double density = G(a_smaller), tail = density / R_smaller;
    unit.log_larger = std::log1p(-tail);
    R_larger = density / (1 - tail);
    smaller = tail / (1 - tail);
  } else {
    unit.log_larger = log_H(a_larger);
    R_larger = R(a_larger);
    // ln G(a_smaller) - ln G(a_larger) = -2 kappa |h|/v
    smaller = std::exp(-2 * margin * std::abs(h) / v) * R_larger / R_smaller;
  }
  // s = tau R(a)/sqrt(v), ds/dh = -R(a) (R(a) - a)/v
  const double r_larger = R_larger / deviation, r_smaller = R_smaller / deviation;
  const double dr_larger = -R_larger * (R_larger - a_larger) / v;
  const double dr_smaller = -R_smaller * (R_smaller - a_smaller) / v;
  unit.plus = plus_is_larger ? 1 : smaller;
  unit.minus = plus_is_larger ? smaller : 1;
  unit.r_plus = plus_is_larger ? r_larger : r_smaller;
  unit.r_minus = plus_is_larger ? -r_smaller : -r_larger;
  unit.dr_plus = plus_is_larger ? dr_larger : dr_smaller;
  unit.dr_minus = plus_is_larger ? dr_smaller : dr_larger;
  return unit;
}

UnitsChannel::UnitsChannel(const Machine& machine, double margin)
    : units_(machine.hidden), parity_(machine.decoder == Decoder::parity), margin_(margin) {
  check_machine(machine);
  require(units_ >= 1 && units_ <= most_units,
          fmt::format("a channel of K units needs K in [1, {}], got {}", most_units,
                      units_ == infinitely_many ? "infinitely many" : fmt::format("K = {}", units_)));
  require(margin >= 0 && std::isfinite(margin),
          fmt::format("the margin of hidden units is finite and at least 0, got {}", margin));
}

double UnitsChannel::operator()(std::span<const UnitTails> tails, std::span<double> r,
                                std::span<double> dr) const {
  double log_larger = 0;
  for (const UnitTails& unit : tails) log_larger += unit.log_larger;
  if (tails.size() == 1) {
    if (!r.empty()) r[0] = tails[0].r_plus;
    if (!dr.empty()) dr[0] = tails[0].dr_plus;
    return log_H(tails[0].a_plus);
  }
  const double X = sum<Linear>(pair_weights<Linear>(tails, parity_, 0, 1));
  if (X > 1e-200) {
    if (!r.empty()) derivatives<Linear>(tails, parity_, X, r, dr);
    // kappa = 0: the tau have total weight 1, and ln X near 0 keeps its relative accuracy
    const double log_X = log_larger + Linear::log(X);
    return margin_ == 0 && log_X > -0.5 ? std::log1p(-wrong_share(tails, parity_)) : log_X;
  }
  const double log_X = sum<Logarithmic>(pair_weights<Logarithmic>(tails, parity_, 0, 1));
  if (!r.empty()) derivatives<Logarithmic>(tails, parity_, log_X, r, dr);
  return log_larger + log_X;
}

}  // namespace wfm::theory
