#include "landscape/flip_walk.hpp"

#include <cmath>

#include "problems/evaluation.hpp"

namespace wfm::landscape {

namespace {

int sign_of(double sum) {
  return sum >= 0 ? 1 : -1;
}

}  // namespace

InputColumns::InputColumns(const Patterns& patterns) : patterns_(patterns.count()) {
  const std::size_t N = patterns.count() > 0 ? patterns.inputs_per_pattern() : 0, P = patterns.count();
  require_memory(double(N) * double(P) * (patterns.binary() ? 1 : sizeof(double)), "patterns input by input");
  if (patterns.binary()) {
    const BitMatrix columns = std::get<BitMatrix>(patterns.inputs).transposed();
    std::vector<std::int8_t> values(N * P);
    for (std::size_t i = 0; i < N; ++i)
      for (std::size_t a = 0; a < P; ++a) values[i * P + a] = std::int8_t(columns(i, a));
    values_ = std::move(values);
  } else {
    const RealMatrix columns = std::get<RealMatrix>(patterns.inputs).transpose();
    values_ = std::vector<double>(columns.data(), columns.data() + columns.size());
  }
}

void InputColumns::shift(std::size_t i, double c, std::span<const double> sums, std::span<double> out) const {
  std::visit(
      [&](const auto& values) {
        const auto* x = values.data() + i * patterns_;
        for (std::size_t a = 0; a < patterns_; ++a) out[a] = sums[a] + c * double(x[a]);
      },
      values_);
}

FlipWalk::FlipWalk(const Architecture& architecture, const InputColumns& columns, const Patterns& patterns,
                   double margin, const Weights& start)
    : architecture_(architecture),
      columns_(&columns),
      patterns_(&patterns),
      margin_(margin),
      weights_(start.values),
      shifted_(patterns.count()),
      total_(patterns.count(), architecture.machine == Machine::parity ? 1 : 0) {
  const std::size_t P = patterns.count(), K = std::size_t(architecture.hidden);
  const std::vector<double> h = preactivations(architecture, start, patterns);
  sums_.resize(K * P);
  for (std::size_t a = 0; a < P; ++a)
    for (std::size_t k = 0; k < K; ++k) {
      double sum = h[a * K + k] * std::sqrt(double(architecture.fan_in()));
      if (patterns.binary()) sum = std::round(sum);  // sums of +-1 are whole
      sums_[k * P + a] = sum;
      if (architecture.machine == Machine::parity)
        total_[a] *= sign_of(sum);
      else
        total_[a] += sign_of(sum);
    }
  for (std::size_t a = 0; a < P; ++a) {
    satisfied_.push_back(satisfied_with(a, sums_[a], total_[a]));
    errors_ += satisfied_[a] == 0;
  }
}

bool FlipWalk::satisfied_with(std::size_t a, double sum, int total) const {
  const double field =
      architecture_.machine == Machine::perceptron ? sum / std::sqrt(double(architecture_.inputs))
      : architecture_.machine == Machine::parity   ? total
                                                   : total / std::sqrt(double(architecture_.hidden));
  return satisfied(field, patterns_->labels[a], margin_);
}

// visit(a, is satisfied after the flip, sum or product of the tau after it) of the patterns that may change
template <class Visit>
void FlipWalk::after(std::size_t weight, const Visit& visit) {
  const std::size_t n = std::size_t(architecture_.fan_in()), k = weight / n, P = patterns_->count();
  const std::span<const double> sums = std::span(sums_).subspan(k * P, P);
  columns_->shift(std::size_t(architecture_.first_input(int(k))) + weight % n, -2 * weights_[weight], sums,
                  shifted_);
  const bool perceptron = architecture_.machine == Machine::perceptron;
  for (std::size_t a = 0; a < P; ++a) {
    const int before = sign_of(sums[a]), now = sign_of(shifted_[a]);
    if (perceptron ? margin_ == 0 && before == now : before == now) continue;
    const int total = architecture_.machine == Machine::parity ? -total_[a] : total_[a] + now - before;
    visit(a, satisfied_with(a, shifted_[a], total), total);
  }
}

std::size_t FlipWalk::errors_after(std::size_t weight) {
  std::size_t errors = errors_;
  after(weight, [&](std::size_t a, bool now, int) { errors = errors + satisfied_[a] - std::size_t(now); });
  return errors;
}

void FlipWalk::flip(std::size_t weight) {
  after(weight, [&](std::size_t a, bool now, int total) {
    errors_ = errors_ + satisfied_[a] - std::size_t(now);
    satisfied_[a] = std::uint8_t(now);
    total_[a] = total;
  });
  const std::size_t P = patterns_->count(), k = weight / std::size_t(architecture_.fan_in());
  std::copy(shifted_.begin(), shifted_.end(), sums_.begin() + std::ptrdiff_t(k * P));
  weights_[weight] = -weights_[weight];
}

}  // namespace wfm::landscape
