#include "inference/max_sum.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "math/error.hpp"

namespace wfm::inference {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
/// A message that would be infinite, since the pattern leaves its weight no choice, is this many times the largest field.
constexpr double forced = 10;

void require(bool holds, const std::string& otherwise) {
  if (!holds) throw InvalidInput("max-sum: " + otherwise);
}

const Problem& checked(const Problem& problem, const MaxSumParams& params) {
  validate(problem);
  require(problem.weight_kind == WeightKind::binary,
          fmt::format("weights must be binary, given {}", name(problem.weight_kind)));
  require(problem.train.binary(), "inputs must be +-1, given real ones");
  require(problem.architecture.machine != Machine::parity,
          "the machine must be a perceptron or a committee, given parity");
  require(params.reinforcement >= 0 && params.reinforcement <= 1,
          fmt::format("reinforcement must lie in [0, 1], given {}", params.reinforcement));
  require(params.growth >= 0 && std::isfinite(params.growth),
          fmt::format("growth must be >= 0 and finite, given {}", params.growth));
  require(params.tolerance >= 0, fmt::format("tolerance must be >= 0, given {}", params.tolerance));
  return problem;
}

/// The least m in 0 ... n + 1 so that a unit with m of its n spins +1 has the label's sign with this margin.
std::int64_t least_right_spins(int n, int label, double margin) {
  std::int64_t m = n + 1;
  while (m > 0 && satisfied(label * double(2 * (m - 1) - n) / std::sqrt(double(n)), label, margin)) --m;
  return m;
}

/// The least number of right units that satisfies a pattern; K + 1 where none does.
int needed_units(const Problem& problem) {
  if (problem.architecture.machine == Machine::perceptron) return 1;
  const int K = problem.architecture.hidden;
  int needed = K + 1;
  while (needed > 0 && satisfied((2 * (needed - 1) - K) / std::sqrt(double(K)), 1, problem.margin)) --needed;
  return needed;
}

/// sign[i] = +-1 of a packed row, times sigma.
void unpack(std::span<const std::uint64_t> row, int sigma, std::span<double> sign) {
  for (std::size_t i = 0; i < sign.size(); ++i) sign[i] = (row[i / 64] >> (i % 64) & 1) != 0 ? sigma : -sigma;
}

double largest(std::span<const double> values) {
  double most = 0;
  for (const double value : values) most = std::max(most, std::abs(value));
  return most;
}

}  // namespace

UnitCosts unit_costs_readable(std::span<const double> x, std::int64_t m) {
  const auto n = std::int64_t(x.size());
  std::vector<double> ranked(x.begin(), x.end());
  std::sort(ranked.begin(), ranked.end(), std::greater<>());
  const auto B = [&](std::int64_t j) {
    double cost = j > n ? infinity : 0;
    for (std::int64_t r = 0; r < std::min(j, n); ++r) cost += std::max(0.0, -ranked[std::size_t(r)]);
    return cost;
  };
  return {m < 1 ? infinity : (m > n ? -infinity : ranked[std::size_t(m - 1)]), B(m - 1), B(m), B(m + 1)};
}

UnitCosts UnitSelection::operator()(std::span<const double> x, std::int64_t m) {
  const std::size_t n = x.size();
  std::size_t positive = 0;
  for (const double value : x) positive += value >= 0;
  if (std::int64_t(positive) > m) return {0, 0, 0, 0};
  if (m >= std::int64_t(n)) return unit_costs_readable(x, m);

  // the m + 1 - positive largest of the negative ones, looked for in a window below zero
  const std::size_t wanted = std::size_t(m) + 1 - positive;
  near_.resize(n);
  std::size_t found = 0;
  for (;; window_ *= 2) {
    found = 0;
    for (const double value : x) {
      near_[found] = value;
      found += value < 0 && value >= -window_;
    }
    if (found >= wanted) break;
  }
  if (found > 4 * wanted + 64) window_ /= 2;
  const auto next = near_.begin() + std::ptrdiff_t(wanted - 1);  // x_(m+1)
  std::nth_element(near_.begin(), next, near_.begin() + std::ptrdiff_t(found), std::greater<>());
  const auto last = wanted > 1 ? std::min_element(near_.begin(), next) : next;  // x_(m)
  UnitCosts costs;
  for (auto at = near_.begin(); at != next; ++at)
    if (at != last) costs.below -= *at;
  costs.threshold = wanted > 1 ? *last : 0;
  costs.at = costs.below - costs.threshold;
  costs.above = costs.at - *next;
  return costs;
}

void unit_pushes(std::span<const double> at, int needed, std::span<double> push) {
  std::vector<double> others;
  for (std::size_t k = 0; k < at.size(); ++k) {
    others.assign(at.begin(), at.end());
    others.erase(others.begin() + std::ptrdiff_t(k));
    if (needed < 1)
      push[k] = 0;
    else if (std::size_t(needed) > others.size())
      push[k] = infinity;
    else {
      const auto nth = others.begin() + (needed - 1);
      std::nth_element(others.begin(), nth, others.end());
      push[k] = *nth;
    }
  }
}

MaxSum::MaxSum(const Problem& problem, const Params& params)
    : problem_(&checked(problem, params)),
      params_(params),
      patterns_(problem),
      needed_(needed_units(problem)) {
  const Architecture& machine = problem.architecture;
  const double margin = machine.machine == Machine::perceptron ? problem.margin : 0;
  for (const int label : {-1, 1}) least_[label > 0] = least_right_spins(machine.fan_in(), label, margin);
  require(needed_ <= machine.hidden && std::max(least_[0], least_[1]) <= machine.fan_in(),
          fmt::format("no weights reach the margin {}", problem.margin));
  require_memory(double(problem.train.count()) * machine.weights() * sizeof(float), "max-sum: messages");
}

MaxSumState MaxSum::start(RandomStream& random) const {
  const std::size_t M = std::size_t(problem_->architecture.weights()), P = patterns_.count();
  State state;
  state.field.resize(M);
  for (double& h : state.field) h = random.normal();
  state.messages.assign(P * M, 0.0f);
  state.active.assign(P, 0);
  return state;
}

Progress MaxSum::step(State& state, RandomStream&) const {
  const std::size_t K = std::size_t(patterns_.hidden()), n = std::size_t(patterns_.fan_in()), M = K * n;
  const std::size_t P = patterns_.count();
  if (state.field.size() != M || state.messages.size() != P * M || state.active.size() != P)
    throw InvalidInput(fmt::format("max-sum: the state must have {} fields and {} messages, given {} and {}",
                                   M, P * M, state.field.size(), state.messages.size()));
  const double r = std::min(1.0, params_.reinforcement + params_.growth * double(state.steps));
  const double bound = forced * largest(state.field);
  BitMatrix signs(K, n);
  for (std::size_t k = 0; k < K; ++k) pack_signs(std::span(state.field).subspan(k * n, n), signs.row(k));

  std::vector<double> next(M), sign(M), x(M), at(K), push(K);
  for (std::size_t i = 0; i < M; ++i) next[i] = r * state.field[i];
  std::vector<UnitCosts> costs(K);
  UnitSelection select;
  std::int64_t active = 0;
  for (std::size_t a = 0; a < P; ++a) {
    const int sigma = problem_->train.labels[a];
    const std::int64_t m = least_[sigma > 0];
    if (state.active[a] == 0) {
      // where the present weights make more units right than needed, or just as many with a spin to spare in each, all costs that could
      // be asked for are zero
      int right = 0, safe = 0;
      for (std::size_t k = 0; k < K; ++k) {
        const auto spins =
            (std::int64_t(n) + sigma * dot(patterns_.bits(int(k)).row(a), signs.row(k), n)) / 2;
        right += spins >= m;
        safe += spins > m;
      }
      if (right > needed_ || (right == needed_ && safe == needed_)) continue;
    }
    const auto messages = std::span(state.messages).subspan(a * M, M);
    for (std::size_t k = 0; k < K; ++k) {
      const std::size_t first = k * n;
      unpack(patterns_.bits(int(k)).row(a), sigma, std::span(sign).subspan(first, n));
      for (std::size_t i = first; i < first + n; ++i) x[i] = sign[i] * state.field[i] - double(messages[i]);
      costs[k] = select(std::span<const double>(x).subspan(first, n), m);
      at[k] = costs[k].at;
    }
    unit_pushes(at, needed_, push);
    bool speaks = false;
    for (std::size_t k = 0; k < K; ++k) {
      UnitCosts bounded = costs[k];
      bounded.above = std::min(bounded.above, bounded.at + bound);
      speaks = speaks || (push[k] > 0 && bounded.above > 0);
      for (std::size_t i = k * n; i < (k + 1) * n; ++i) {
        const double message = max_sum_message(bounded, push[k], x[i]);
        messages[i] = float(message);
        next[i] += sign[i] * message;
      }
    }
    state.active[a] = speaks;
    active += state.active[a];
  }

  Progress progress;
  const double scale = largest(next);
  progress.change = 0;
  for (std::size_t i = 0; i < M; ++i)
    progress.change = std::max(progress.change, std::abs(next[i] - state.field[i]));
  if (scale > 0) progress.change /= scale;
  progress.failed = !std::isfinite(scale);
  state.field = std::move(next);
  ++state.steps;
  if (!progress.failed && scale > 0 && (scale > 0x1p20 || scale < 0x1p-20)) rescale(state, std::ilogb(scale));
  progress.errors = count_sign_errors(*problem_, patterns_, state.field);
  progress.converged = progress.change < params_.tolerance && (r == 1 || params_.growth == 0);
  progress.observables = {{"r", r}, {"active", double(active)}};
  return progress;
}

void MaxSum::rescale(State& state, int exponent) {
  for (double& h : state.field) h = std::ldexp(h, -exponent);
  for (float& u : state.messages) u = std::ldexp(u, -exponent);
}

Weights MaxSum::weights(const State& state) const {
  return sign_weights(problem_->architecture, state.field);
}

}  // namespace wfm::inference
