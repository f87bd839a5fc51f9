#include "inference/channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/error.hpp"
#include "math/gaussian.hpp"

namespace wfm::inference {
namespace {

constexpr double minus_infinity = -std::numeric_limits<double>::infinity();
constexpr double smallest_count_variance = 1e-20;
constexpr double underflow = 1e-280;

double log_add(double a, double b) {
  const double top = std::max(a, b);
  return top == minus_infinity ? top : top + std::log1p(std::exp(std::min(a, b) - top));
}

/// The two chances of right and wrong scaled so that the larger is 1, from their logarithms.
LinearForm form_from_logs(double log_right, double log_wrong) {
  const double top = std::max(log_right, log_wrong);
  return {std::exp(log_right - top), std::exp(log_wrong - top), log_right - top, log_wrong - top};
}

LinearForm form_from_values(double right, double wrong) {
  const double top = std::max(right, wrong);
  return {right / top, wrong / top, std::log(right / top), std::log(wrong / top)};
}

/// (right - wrong) G(x)/Z by the chance after the fact that the unit is right, right p/Z, or wrong, wrong
/// q/Z:
///   (1 - wrong/right) R(x) right p/Z = -(1 - right/wrong) R(-x) wrong q/Z
double force_in_tail(const LinearForm& form, double x) {
  const double odds = form.log_wrong + log_H(-x) - form.log_right - log_H(x);  // ln (wrong q)/(right p)
  return form.right >= form.wrong ? (1 - form.wrong) * R(x) / (1 + std::exp(odds))
                                  : (form.right - 1) * R(-x) / (1 + std::exp(-odds));
}

/// Smallest integer S of the parity of n such that s S/sqrt n satisfies the margin, for a label s.
int smallest_allowed(double margin, int n, int label) {
  int S = int(std::ceil(margin * std::sqrt(double(n)) - 1e-9 * n));
  if (margin == 0 && label < 0) S = 1;  // sign(0) = +1 is wrong for label -1
  if ((S - n) % 2 != 0) ++S;
  return S;
}

double lattice_threshold(double margin, int n, int label) {
  return (smallest_allowed(margin, n, label) - 1) / std::sqrt(double(n));
}

}  // namespace

double lattice_margin(double margin, int fan_in) {
  return lattice_threshold(margin, fan_in, 1);
}

double UnitChance::log_right() const {
  return right > underflow || std::isnan(x) ? std::log(right) : log_H(x);
}
double UnitChance::log_wrong() const {
  return wrong > underflow || std::isnan(x) ? std::log(wrong) : log_H(-x);
}

double log_linear_form(const LinearForm& form, double x) {
  if (form.log_wrong == minus_infinity) return form.log_right + log_H(x);
  const double Z = form.right * H(x) + form.wrong * H(-x);
  if (Z > underflow) return std::log(Z);
  return log_add(form.log_right + log_H(x), form.log_wrong + log_H(-x));
}

Channel::Channel(const Architecture& architecture, double margin, bool lattice, MajoritySum sum)
    : machine_(architecture.machine),
      hidden_(architecture.hidden),
      smallest_variance_(smallest_sum_variance / architecture.fan_in()),
      right_needed_(1),
      sum_(sum) {
  const int n = architecture.fan_in(), K = hidden_;
  require(margin >= 0 && std::isfinite(margin),
          fmt::format("channel: margin must be finite and not negative, not {}", margin));
  const double unit_margin = machine_ == Machine::perceptron ? margin : 0;
  if (lattice) {
    threshold_plus_ = lattice_threshold(unit_margin, n, +1);
    // of the sign asked for: the parity machine asks every unit for +1, whatever the label
    threshold_minus_ = machine_ == Machine::parity ? threshold_plus_ : lattice_threshold(unit_margin, n, -1);
    require(machine_ != Machine::perceptron || smallest_allowed(margin, n, 1) <= n,
            fmt::format("channel: a perceptron of {} binary inputs has margins up to sqrt(N) = {}, not {}", n,
                        std::sqrt(double(n)), margin));
  } else {
    threshold_plus_ = threshold_minus_ = unit_margin;
  }
  if (machine_ == Machine::committee) {
    // sigma sum_k tau_k = 2 r - K >= kappa sqrt K
    right_needed_ = std::max((K + 1) / 2, int(std::ceil((K + margin * std::sqrt(double(K))) / 2 - 1e-9 * K)));
    require(right_needed_ <= K,
            fmt::format("channel: a committee of {} has margins up to sqrt(K) = {}, not {}", K,
                        std::sqrt(double(K)), margin));
  }
  if (machine_ == Machine::parity)
    require(margin <= 1, fmt::format("channel: a parity machine has margins up to 1, not {}", margin));
}

UnitChance Channel::chance(int label, double omega, double V) const {
  const double x = (threshold(label) - unit_sign(label) * omega) / std::sqrt(std::max(V, smallest_variance_));
  return {H(x), H(-x), x};
}

void Channel::combine(int label, std::span<const UnitChance> chances, ChannelOutput& output) const {
  output.form.resize(std::size_t(hidden_));
  if (hidden_ == 1 &&
      (machine_ != Machine::parity || label > 0)) {  // the perceptron, alone or as a machine of one unit
    output.form[0] = {1, 0};
    output.log_Z = chances[0].log_right();
    return;
  }
  switch (machine_) {
    case Machine::perceptron:
      break;
    case Machine::committee:
      if (sum_ == MajoritySum::gaussian)
        combine_committee_gaussian(chances, output);
      else if (!combine_committee(chances, output))
        combine_committee_logs(chances, output);
      break;
    case Machine::parity:
      if (!combine_parity(label, chances, output)) combine_parity_logs(label, chances, output);
      break;
  }
}

// prefix[k][j]: chance that j of the units 0 ... k-1 are right; suffix[k][j]: that j of the units k ... K-1
// are.
//   right_k = sum_j prefix[k][j] P(suffix[k+1] >= r - 1 - j),  wrong_k = sum_j prefix[k][j] P(suffix[k+1] >=
//   r - j)
bool Channel::combine_committee(std::span<const UnitChance> chances, ChannelOutput& output) const {
  const std::size_t K = std::size_t(hidden_), width = K + 2, r = std::size_t(right_needed_);
  auto& prefix = output.prefix;
  auto& suffix = output.suffix;  // kept as upper tails: suffix[k][c] = P(at least c right)
  prefix.assign((K + 1) * width, 0.0);
  suffix.assign((K + 1) * width, 0.0);
  prefix[0] = 1;
  for (std::size_t k = 0; k < K; ++k)
    for (std::size_t j = 0; j <= k; ++j) {
      prefix[(k + 1) * width + j] += prefix[k * width + j] * chances[k].wrong;
      prefix[(k + 1) * width + j + 1] += prefix[k * width + j] * chances[k].right;
    }
  suffix[K * width] = 1;
  for (std::size_t k = K; k-- > 0;) {
    // P(>= c) = right P(others >= c-1) + wrong P(others >= c)
    suffix[k * width] = 1;
    for (std::size_t c = 1; c <= K - k; ++c)
      suffix[k * width + c] =
          chances[k].right * suffix[(k + 1) * width + c - 1] + chances[k].wrong * suffix[(k + 1) * width + c];
  }
  const double Z = suffix[r];
  if (!(Z > underflow)) return false;
  output.log_Z = std::log(Z);
  for (std::size_t k = 0; k < K; ++k) {
    double right = 0, wrong = 0;
    const double* after = suffix.data() + (k + 1) * width;
    for (std::size_t j = 0; j <= k; ++j) {
      right += prefix[k * width + j] * (j + 1 >= r ? 1.0 : after[r - 1 - j]);
      wrong += prefix[k * width + j] * (j >= r ? 1.0 : after[r - j]);
    }
    output.form[k] = form_from_values(right, wrong);
  }
  return true;
}

void Channel::combine_committee_logs(std::span<const UnitChance> chances, ChannelOutput& output) const {
  const std::size_t K = std::size_t(hidden_), width = K + 2, r = std::size_t(right_needed_);
  auto& prefix = output.prefix;
  auto& suffix = output.suffix;
  prefix.assign((K + 1) * width, minus_infinity);
  suffix.assign((K + 1) * width, minus_infinity);
  prefix[0] = 0;
  for (std::size_t k = 0; k < K; ++k)
    for (std::size_t j = 0; j <= k + 1; ++j) {
      const double stays = j <= k ? prefix[k * width + j] + chances[k].log_wrong() : minus_infinity;
      const double grows = j > 0 ? prefix[k * width + j - 1] + chances[k].log_right() : minus_infinity;
      prefix[(k + 1) * width + j] = log_add(stays, grows);
    }
  suffix[K * width] = 0;
  for (std::size_t k = K; k-- > 0;) {
    suffix[k * width] = 0;
    for (std::size_t c = 1; c <= K - k; ++c)
      suffix[k * width + c] = log_add(chances[k].log_right() + suffix[(k + 1) * width + c - 1],
                                      chances[k].log_wrong() + suffix[(k + 1) * width + c]);
  }
  output.log_Z = suffix[r];
  for (std::size_t k = 0; k < K; ++k) {
    double right = minus_infinity, wrong = minus_infinity;
    const double* after = suffix.data() + (k + 1) * width;
    for (std::size_t j = 0; j <= k; ++j) {
      right = log_add(right, prefix[k * width + j] + (j + 1 >= r ? 0.0 : after[r - 1 - j]));
      wrong = log_add(wrong, prefix[k * width + j] + (j >= r ? 0.0 : after[r - j]));
    }
    output.form[k] = form_from_logs(right, wrong);
  }
}

// The number of right units as a normal variable of mean sum p and variance sum p q, those of unit k left out
// for its form.
void Channel::combine_committee_gaussian(std::span<const UnitChance> chances, ChannelOutput& output) const {
  double mean = 0, variance = 0;
  for (const auto& chance : chances) {
    mean += chance.right;
    variance += chance.right * chance.wrong;
  }
  const double bound = right_needed_ - 0.5;
  output.log_Z = log_H((bound - mean) / std::sqrt(std::max(variance, smallest_count_variance)));
  for (std::size_t k = 0; k < chances.size(); ++k) {
    const double mean_k = mean - chances[k].right;
    const double deviation =
        std::sqrt(std::max(variance - chances[k].right * chances[k].wrong, smallest_count_variance));
    output.form[k] =
        form_from_logs(log_H((bound - 1 - mean_k) / deviation), log_H((bound - mean_k) / deviation));
  }
}

// even/odd: chances that an even or odd number of units is wrong. even' = even p + odd q, odd' = even q + odd
// p: no cancellation.
bool Channel::combine_parity(int label, std::span<const UnitChance> chances, ChannelOutput& output) const {
  const std::size_t K = std::size_t(hidden_);
  auto& before = output.prefix;  // before[2k], before[2k+1]: even and odd among the units 0 ... k-1
  auto& after = output.suffix;   // among the units k ... K-1
  before.assign(2 * (K + 1), 0.0);
  after.assign(2 * (K + 1), 0.0);
  before[0] = after[2 * K] = 1;
  for (std::size_t k = 0; k < K; ++k) {
    before[2 * k + 2] = before[2 * k] * chances[k].right + before[2 * k + 1] * chances[k].wrong;
    before[2 * k + 3] = before[2 * k] * chances[k].wrong + before[2 * k + 1] * chances[k].right;
  }
  for (std::size_t k = K; k-- > 0;) {
    after[2 * k] = after[2 * k + 2] * chances[k].right + after[2 * k + 3] * chances[k].wrong;
    after[2 * k + 1] = after[2 * k + 2] * chances[k].wrong + after[2 * k + 3] * chances[k].right;
  }
  const double Z = label > 0 ? after[0] : after[1];
  if (!(Z > underflow)) return false;
  output.log_Z = std::log(Z);
  for (std::size_t k = 0; k < K; ++k) {
    const double even = before[2 * k] * after[2 * k + 2] + before[2 * k + 1] * after[2 * k + 3];
    const double odd = before[2 * k] * after[2 * k + 3] + before[2 * k + 1] * after[2 * k + 2];
    output.form[k] = label > 0 ? form_from_values(even, odd) : form_from_values(odd, even);
  }
  return true;
}

void Channel::combine_parity_logs(int label, std::span<const UnitChance> chances,
                                  ChannelOutput& output) const {
  const std::size_t K = std::size_t(hidden_);
  auto& before = output.prefix;
  auto& after = output.suffix;
  before.assign(2 * (K + 1), minus_infinity);
  after.assign(2 * (K + 1), minus_infinity);
  before[0] = after[2 * K] = 0;
  for (std::size_t k = 0; k < K; ++k) {
    const double p = chances[k].log_right(), q = chances[k].log_wrong();
    before[2 * k + 2] = log_add(before[2 * k] + p, before[2 * k + 1] + q);
    before[2 * k + 3] = log_add(before[2 * k] + q, before[2 * k + 1] + p);
  }
  for (std::size_t k = K; k-- > 0;) {
    const double p = chances[k].log_right(), q = chances[k].log_wrong();
    after[2 * k] = log_add(after[2 * k + 2] + p, after[2 * k + 3] + q);
    after[2 * k + 1] = log_add(after[2 * k + 2] + q, after[2 * k + 3] + p);
  }
  output.log_Z = label > 0 ? after[0] : after[1];
  for (std::size_t k = 0; k < K; ++k) {
    const double even = log_add(before[2 * k] + after[2 * k + 2], before[2 * k + 1] + after[2 * k + 3]);
    const double odd = log_add(before[2 * k] + after[2 * k + 3], before[2 * k + 1] + after[2 * k + 2]);
    output.form[k] = label > 0 ? form_from_logs(even, odd) : form_from_logs(odd, even);
  }
}

void Channel::evaluate(int label, std::span<const double> omega, std::span<const double> V,
                       ChannelOutput& output) const {
  const std::size_t K = std::size_t(hidden_);
  output.chances.resize(K);
  output.form.resize(K);
  output.g.resize(K);
  output.dg.resize(K);
  if (machine_ == Machine::perceptron) {
    // g = s R(x)/sqrt V,  dg = -R (R - x)/V
    const double deviation = std::sqrt(std::max(V[0], smallest_variance_));
    const double x = (threshold(label) - label * omega[0]) / deviation;
    const double ratio = R(x);
    output.form[0] = {1, 0};
    output.log_Z = log_H(x);
    output.g[0] = label * ratio / deviation;
    output.dg[0] = ratio * (x - ratio) / (deviation * deviation);
    return;
  }
  for (std::size_t k = 0; k < K; ++k) output.chances[k] = chance(label, omega[k], V[k]);
  combine(label, output.chances, output);

  const int s = unit_sign(label);
  for (std::size_t k = 0; k < K; ++k) {
    const double x = output.chances[k].x, deviation = std::sqrt(std::max(V[k], smallest_variance_));
    const LinearForm& form = output.form[k];
    // g = (s/sqrt V) (right - wrong) G(x)/Z
    const double ratio =
        std::abs(x) < 8 ? (form.right - form.wrong) * G(x) /
                              (form.right * output.chances[k].right + form.wrong * output.chances[k].wrong)
                        : force_in_tail(form, x);
    output.g[k] = s * ratio / deviation;
    // dg = s x g/sqrt V - g^2
    output.dg[k] = ratio * (x - ratio) / (deviation * deviation);
  }
}

}  // namespace wfm::inference
