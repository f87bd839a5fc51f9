#include "theory/units_repair.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "math/gaussian.hpp"

namespace wfm::theory {

namespace {

constexpr int most_steps = 60, most_steps_of_one = 400;

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
  // R - a/dQ > 0 at a = 0, and R is convex: Newton's steps lead to the root without passing it, by one factor of e in R
  // each at worst
  const double deviation = std::sqrt(v_);
  double a = 0;
  for (int step = 0; step < most_steps_of_one; ++step) {
    const double x = (channel_.margin() - h - a) / deviation, ratio = R(x);
    const double increment = (ratio / deviation - a / dQ_) / (1 / dQ_ + ratio * (ratio - x) / v_);
    a += increment;
    if (!(increment > 1e-6 * (a + deviation))) break;
  }
  return a;
}

Repair UnitsRepair::operator()(std::span<const double> h) const {
  const auto K = std::size_t(channel_.units());
  // the admissible signs that are nearest
  std::array<int, most_units> tau = {}, order = {};
  for (std::size_t l = 0; l < K; ++l) tau[l] = h[l] < 0 ? -1 : 1;
  if (channel_.is_parity()) {
    int product = 1;
    std::size_t nearest = 0;
    for (std::size_t l = 0; l < K; ++l) {
      product *= tau[l];
      if (std::abs(h[l]) < std::abs(h[nearest])) nearest = l;
    }
    if (product < 0) tau[nearest] = -tau[nearest];
    return climb(h, start(h, tau));
  }
  std::iota(order.begin(), order.begin() + K, 0);
  std::sort(order.begin(), order.begin() + K, [&](int l, int m) { return h[l] > h[m]; });
  for (std::size_t l = 0; l < (K + 1) / 2; ++l) tau[order[l]] = 1;
  Repair best = climb(h, start(h, tau));
  // more units than the majority may share the repair, unless one more costs more than all
  for (std::size_t l = (K + 1) / 2; l < K; ++l) {
    if (tau[order[l]] > 0) continue;
    tau[order[l]] = 1;
    const Vector a = start(h, tau);
    if (a[order[l]] * a[order[l]] / (2 * dQ_) > -best.value) break;
    const Repair other = climb(h, a);
    if (other.value > best.value) best = other;
  }
  return best;
}

UnitsRepair::Vector UnitsRepair::start(std::span<const double> h, std::span<const int> tau) const {
  Vector a = {};
  for (std::size_t l = 0; l < h.size(); ++l) {
    // a unit that need not be right is left alone, unless it has to leave the margin
    const bool free = !channel_.is_parity() && tau[l] < 0 && channel_.margin() == 0;
    a[l] = free ? 0 : tau[l] * repair_of_one(tau[l] * h[l]);
  }
  return a;
}

Repair UnitsRepair::climb(std::span<const double> h, const Vector& start) const {
  const std::size_t K = h.size();
  Repair repair;
  Vector& a = repair.a;
  a = start;
  std::array<UnitTails, most_units> tails;
  Vector r, step, trial;
  Matrix dr, minus_hessian;
  const auto evaluate = [&](const Vector& at) {
    double square = 0;
    for (std::size_t l = 0; l < K; ++l) {
      square += at[l] * at[l];
      tails[l] = channel_.tails(h[l] + at[l], v_);
    }
    return -square / (2 * dQ_) + channel_({tails.data(), K}, {r.data(), K}, {dr.data(), K * K});
  };
  const auto evaluate_step = [&](double fraction) {
    for (std::size_t l = 0; l < K; ++l) trial[l] = a[l] + fraction * step[l];
    return evaluate(trial);
  };

  repair.value = evaluate(a);
  for (int iteration = 0; iteration < most_steps; ++iteration) {
    double largest = 0, gradient = 0;
    for (std::size_t l = 0; l < K; ++l) {
      largest = std::max(largest, std::abs(a[l]));
      gradient = std::max(gradient, std::abs(dQ_ * r[l] - a[l]));
    }
    repair.converged = gradient <= 1e-9 * (1 + largest);
    if (gradient <= 1e-13 * (1 + largest)) break;

    // (1/dQ - dr + shift) step = r - a/dQ, the shift as small as makes this uphill
    double shift = 0;
    bool solved = false;
    while (!solved && std::isfinite(shift)) {
      for (std::size_t lm = 0; lm < K * K; ++lm) minus_hessian[lm] = -dr[lm];
      for (std::size_t l = 0; l < K; ++l) {
        minus_hessian[l * K + l] += 1 / dQ_ + shift;
        step[l] = r[l] - a[l] / dQ_;
      }
      solved = solve_positive({minus_hessian.data(), K * K}, {step.data(), K});
      if (!solved) shift = std::max(4 * shift, 0.25 / dQ_);
    }
    if (!solved) {  // derivatives that are not finite
      repair.converged = false;
      break;
    }
    double length = 0;
    for (std::size_t l = 0; l < K; ++l) length = std::max(length, std::abs(step[l]));

    const double least = repair.value - 1e-13 * std::abs(repair.value);
    double fraction = 1, value = evaluate_step(fraction);
    for (int halving = 0; halving < 40 && !(value >= least); ++halving) {
      fraction /= 2;
      value = evaluate_step(fraction);
    }
    if (shift > 0 && fraction == 1) {  // along a valley that curves upwards: as far as it goes
      for (double longer = evaluate_step(2); longer > value; longer = evaluate_step(2 * fraction)) {
        value = longer;
        fraction *= 2;
      }
      value = evaluate_step(fraction);
    }
    a = trial;
    repair.value = value;
    if (shift == 0 && fraction == 1 &&
        length <= 1e-7 * (largest + std::sqrt(v_))) {  // the next is below 1e-13
      repair.converged = true;
      break;
    }
  }
  return repair;
}

}  // namespace wfm::theory
