#include "training/stability_energy.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "math/avx512.hpp"
#include "math/error.hpp"

namespace wfm::training {
namespace {

const Problem& checked(const Problem& problem, const Loss& loss) {
  validate(problem);
  validate(loss);
  if (problem.weight_kind != WeightKind::binary)
    throw InvalidInput(
        fmt::format("monte carlo: weights must be binary, given {}", name(problem.weight_kind)));
  if (!problem.train.binary())
    throw InvalidInput("monte carlo: packed energies need +-1 inputs, given real ones");
  return problem;
}

/// The power p of a loss with loss(s; margin) = c^p loss(s/c; margin/c) for all c > 0; 0: none.
int homogeneous_power(LossKind kind) {
  if (kind == LossKind::cross_entropy) return 0;
  return kind == LossKind::hinge ? 1 : 2;
}

constexpr std::size_t lanes = 64;

double sum_of_lanes(double (&partial)[lanes]) {
  for (std::size_t half = lanes / 2; half > 0; half /= 2)
    for (std::size_t j = 0; j < half; ++j) partial[j] += partial[j + half];
  return partial[0];
}

}  // namespace

double sum_where_readable(std::span<const std::uint64_t> bits, const double* v) {
  double partial[lanes] = {};
  for (std::size_t w = 0; w < bits.size(); ++w)
    for (std::size_t j = 0; j < lanes; ++j) partial[j] += (bits[w] >> j & 1) != 0 ? v[64 * w + j] : 0.;
  return sum_of_lanes(partial);
}

double sum_where(std::span<const std::uint64_t> bits, const double* v) {
#ifdef __AVX512F__
  __m512d sum[8];
  for (auto& s : sum) s = _mm512_setzero_pd();
  for (std::size_t w = 0; w < bits.size(); ++w)
    for (std::size_t b = 0; b < 8; ++b)
      sum[b] = _mm512_mask_add_pd(sum[b], __mmask8(bits[w] >> (8 * b)), sum[b],
                                  _mm512_loadu_pd(v + 64 * w + 8 * b));
  double partial[lanes];
  for (std::size_t b = 0; b < 8; ++b) _mm512_storeu_pd(partial + 8 * b, sum[b]);
  return sum_of_lanes(partial);
#else
  return sum_where_readable(bits, v);
#endif
}

StabilityEnergy::StabilityEnergy(const Problem& problem, const Loss& loss)
    : problem_(&checked(problem, loss)),
      rule_(machine_rule(problem, "monte carlo")),
      columns_(problem),
      K_(std::size_t(problem.architecture.hidden)),
      n_(std::size_t(problem.architecture.fan_in())),
      P_(problem.train.count()),
      padded_(64 * columns_.words()),
      spacing_(homogeneous_power(loss.kind) > 0 ? 1 : 1 / std::sqrt(double(n_))),
      unit_(std::pow(double(n_), -0.5 * homogeneous_power(loss.kind))),
      loss_{loss.kind, loss.gamma, loss.margin * spacing_ * std::sqrt(double(n_))},
      most_(std::int64_t(n_) + 4),
      widest_(std::int64_t(K_) * (2 * most_ + 3)) {
  for (std::int64_t u = -widest_; u <= widest_; ++u)
    table_.push_back(evaluate(loss_, double(u) * spacing_).value);
  if (rule_.machine != Machine::perceptron) return;
  const auto loss_at = [&](std::int64_t D) { return table_[std::size_t(2 * D + 1 + widest_)]; };
  for (std::int64_t D = -most_; D <= most_; ++D)
    gains_.push_back({loss_at(D), loss_at(D + 1) - loss_at(D), loss_at(D - 1) - loss_at(D)});
}

StabilityEnergy::Configuration StabilityEnergy::configuration(Spins spins) const {
  Configuration c;
  c.spins = std::move(spins);
  c.D = columns_.lattice_excess(c.spins, rule_.unit_margin());
  c.tilt.resize(K_ * padded_);
  c.raise_sum.resize(K_);
  c.lower_sum.resize(K_);
  update(c);
  return c;
}

void StabilityEnergy::update(Configuration& c) const {
  c.value = 0;
  c.errors = 0;
  std::fill(c.raise_sum.begin(), c.raise_sum.end(), 0);
  std::fill(c.lower_sum.begin(), c.lower_sum.end(), 0);
  if (rule_.machine == Machine::perceptron)
    update_one_unit(c);
  else
    update_units(c);
}

void StabilityEnergy::update_one_unit(Configuration& c) const {
  for (std::size_t a = 0; a < P_; ++a) {
    const Gains& at = gains_[std::size_t(c.D[a] + most_)];
    c.value += at.loss;
    c.raise_sum[0] += at.raise;
    c.lower_sum[0] += at.lower;
    c.tilt[a] = at.lower - at.raise;
    c.errors += c.D[a] < 0;
  }
}

void StabilityEnergy::update_units(Configuration& c) const {
  std::vector<double> u(K_), sorted, scratch;  // u = 2 D + 1: odd integers
  const auto loss_at = [&](double stability) {
    return table_[std::size_t(std::int64_t(stability) + widest_)];
  };
  for (std::size_t a = 0; a < P_; ++a) {
    const int label = problem_->train.labels[a];
    int right = 0;
    for (std::size_t k = 0; k < K_; ++k) {
      u[k] = 2 * c.D[k * P_ + a] + 1;
      right += u[k] > 0;
    }
    const bool satisfied = rule_.satisfied(label, right);
    const auto counts = [&](std::size_t k) {
      return rule_.machine == Machine::parity || (u[k] > 0) == satisfied;
    };
    sorted.clear();
    for (std::size_t k = 0; k < K_; ++k)
      if (counts(k)) sorted.push_back(std::abs(u[k]));
    std::sort(sorted.begin(), sorted.end());
    const auto t = std::size_t(rule_.turned(satisfied, right));
    const double S = std::accumulate(sorted.begin(), sorted.begin() + std::ptrdiff_t(t), 0.);
    const double now = loss_at(satisfied ? S : -S);
    c.value += now;
    c.errors += !satisfied;

    // Loss with u[k] moved by +-2. |u[k]| goes to v: with the t-1 smallest of the other units' |u| and the next, B, the sum of the t
    // smallest is S - (the largest of them that gives way) + min(B, v).
    const auto moved = [&](std::size_t k, double by) {
      const double here = u[k];
      if ((here > 0) != (here + by > 0)) {
        u[k] = here + by;
        const double stability = pattern_stability(rule_, label, u, scratch);
        u[k] = here;
        return loss_at(stability);
      }
      if (!counts(k)) return now;
      const bool chosen = std::abs(here) <= sorted[t - 1];
      const double rest = S - (chosen ? std::abs(here) : sorted[t - 1]);
      const double next = !chosen             ? sorted[t - 1]
                          : t < sorted.size() ? sorted[t]
                                              : std::numeric_limits<double>::infinity();
      const double sum = rest + std::min(next, std::abs(here + by));
      return loss_at(satisfied ? sum : -sum);
    };
    for (std::size_t k = 0; k < K_; ++k) {
      const double raise = moved(k, 2) - now, lower = moved(k, -2) - now;
      c.raise_sum[k] += raise;
      c.lower_sum[k] += lower;
      c.tilt[k * padded_ + a] = lower - raise;
    }
  }
}

double StabilityEnergy::change(const Configuration& c, std::size_t m) const {
  const std::size_t k = m / n_;
  const double tilted = sum_where(columns_.column(int(k), int(m % n_)), c.tilt.data() + k * padded_);
  return unit_ * (c.spins[m] > 0 ? c.raise_sum[k] + tilted : c.lower_sum[k] - tilted);
}

void StabilityEnergy::changes(const Configuration& c, std::span<double> out) const {
  for (std::size_t m = 0; m < K_ * n_; ++m) out[m] = change(c, m);
}

void StabilityEnergy::flip(Configuration& c, std::size_t m) const {
  const std::size_t k = m / n_;
  const auto column = columns_.column(int(k), int(m % n_));
  const std::uint64_t raised_bit = c.spins[m] > 0 ? 0 : 1;
  std::int32_t* D = c.D.data() + k * P_;
  for (std::size_t a = 0; a < P_; ++a) D[a] += (column[a / 64] >> (a % 64) & 1) == raised_bit ? 1 : -1;
  c.spins[m] = std::int8_t(-c.spins[m]);
  update(c);
}

}  // namespace wfm::training
