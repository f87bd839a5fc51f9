#include "theory/units_repair.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "math/gaussian.hpp"

namespace wfm::theory {

namespace {

constexpr int most_steps = 60;

using Vector = std::array<double, most_units>;
using Matrix = std::array<double, most_units * most_units>;

/// Solves A x = b by Cholesky's factorisation in place; false where A is not positive definite.
bool solve_positive(std::span<double> A, std::span<double> b) {
  const std::size_t K = b.size();
  for (std::size_t i = 0; i < K; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = A[i * K + j];
      for (std::size_t k = 0; k < j; ++k) sum -= A[i * K + k] * A[j * K + k];
      if (i == j) {
        if (!(sum > 0)) return false;
        A[i * K + i] = std::sqrt(sum);
      } else {
        A[i * K + j] = sum / A[j * K + j];
      }
    }
    for (std::size_t k = 0; k < i; ++k) b[i] -= A[i * K + k] * b[k];
    b[i] /= A[i * K + i];
  }
  for (std::size_t i = K; i-- > 0;) {
    for (std::size_t k = i + 1; k < K; ++k) b[i] -= A[k * K + i] * b[k];
    b[i] /= A[i * K + i];
  }
  return true;
}

}  // namespace

UnitsRepair::UnitsRepair(const UnitsChannel& channel, double v, double dQ)
    : channel_(channel), v_(v), dQ_(dQ) {}

double UnitsRepair::repair_of_one(double h) const {
  // a/dQ - R falls short of 0 at a = 0, and R is convex: Newton's steps grow towards the root without passing it
  const double deviation = std::sqrt(v_);
  double a = 0;
  for (int step = 0; step < most_steps; ++step) {
    const double x = (channel_.margin() - h - a) / deviation, ratio = R(x);
    const double increment = (ratio / deviation - a / dQ_) / (1 / dQ_ + ratio * (ratio - x) / v_);
    a += increment;
    if (!(increment > 1e-6 * (a + deviation))) break;
  }
  return a;
}

Repair UnitsRepair::operator()(std::span<const double> h) const {
  const auto K = std::size_t(channel_.units());
  Repair repair;
  Vector& a = repair.a;

  // the admissible signs that are nearest
  std::array<int, most_units> tau, order;
  for (std::size_t l = 0; l < K; ++l) tau[l] = h[l] < 0 ? -1 : 1;
  if (channel_.is_parity()) {
    int product = 1;
    std::size_t nearest = 0;
    for (std::size_t l = 0; l < K; ++l) {
      product *= tau[l];
      if (std::abs(h[l]) < std::abs(h[nearest])) nearest = l;
    }
    if (product < 0) tau[nearest] = -tau[nearest];
  } else {
    std::iota(order.begin(), order.begin() + K, 0);
    std::sort(order.begin(), order.begin() + K, [&](int l, int m) { return h[l] > h[m]; });
    for (std::size_t l = 0; l < (K + 1) / 2; ++l) tau[order[l]] = 1;
  }
  // a unit that need not be right is left alone, unless it has to leave the margin
  for (std::size_t l = 0; l < K; ++l) {
    const bool free = !channel_.is_parity() && tau[l] < 0 && channel_.margin() == 0;
    a[l] = free ? 0 : tau[l] * repair_of_one(tau[l] * h[l]);
  }

  std::array<UnitTails, most_units> tails;
  Vector r, step, trial;
  Matrix dr, minus_hessian;
  const auto evaluate = [&](const Vector& at, bool derivatives) {
    double square = 0;
    for (std::size_t l = 0; l < K; ++l) {
      square += at[l] * at[l];
      tails[l] = channel_.tails(h[l] + at[l], v_);
    }
    const double log_X = derivatives ? channel_({tails.data(), K}, {r.data(), K}, {dr.data(), K * K})
                                     : channel_({tails.data(), K});
    return -square / (2 * dQ_) + log_X;
  };

  repair.value = evaluate(a, true);
  for (int iteration = 0; iteration < most_steps; ++iteration) {
    // (1/dQ - dr + shift) step = r - a/dQ
    double largest = 0, gradient = 0;
    for (std::size_t l = 0; l < K; ++l) {
      largest = std::max(largest, std::abs(a[l]));
      gradient = std::max(gradient, std::abs(dQ_ * r[l] - a[l]));
    }
    repair.converged = gradient <= 1e-9 * (1 + largest);
    if (gradient <= 1e-13 * (1 + largest)) break;
    for (double shift = 0;; shift = std::max(4 * shift, 1 / dQ_)) {
      for (std::size_t lm = 0; lm < K * K; ++lm) minus_hessian[lm] = -dr[lm];
      for (std::size_t l = 0; l < K; ++l) {
        minus_hessian[l * K + l] += 1 / dQ_ + shift;
        step[l] = r[l] - a[l] / dQ_;
      }
      if (solve_positive({minus_hessian.data(), K * K}, {step.data(), K})) break;
    }
    double length = 0;
    for (std::size_t l = 0; l < K; ++l) length = std::max(length, std::abs(step[l]));
    double fraction = 1, value = 0;
    for (int halving = 0; halving < 40; ++halving, fraction /= 2) {
      for (std::size_t l = 0; l < K; ++l) trial[l] = a[l] + fraction * step[l];
      value = evaluate(trial, true);
      if (value >= repair.value - 1e-14 * (1 + std::abs(repair.value))) break;
    }
    a = trial;
    repair.value = value;
    if (fraction == 1 && length <= 1e-7 * (largest + std::sqrt(v_))) {  // Newton's next step is below 1e-13
      repair.converged = true;
      break;
    }
  }
  return repair;
}

}  // namespace wfm::theory
