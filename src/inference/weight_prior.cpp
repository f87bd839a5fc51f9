#include "inference/weight_prior.hpp"

#include <algorithm>
#include <cmath>

#include "math/branch_free.hpp"
#include "math/field.hpp"
#include "math/gaussian.hpp"
#include "math/roots.hpp"

namespace wfm::inference {
namespace {

constexpr double largest_binary_field = 40;

// b^2 = c + b
double precision_on_sphere(double c) {
  return 0.5 * (1 + std::sqrt(1 + 4 * c));
}

}  // namespace

double clamp_field(double h) {
  return std::clamp(h, -largest_binary_field, largest_binary_field);
}

UnitSphere::UnitSphere(std::span<const double> H, std::span<const double> A) {
  const auto [low, high] = std::minmax_element(A.begin(), A.end());
  smallest_precision_ = *low;
  largest_precision_ = *high;
  squares_.resize(H.size());
  for (std::size_t i = 0; i < H.size(); ++i) {
    squares_[i] = H[i] * H[i];
    mean_square_ += squares_[i] / double(H.size());
  }
  if (smallest_precision_ == largest_precision_) {
    squares_.assign(1, mean_square_);
    precisions_.assign(1, smallest_precision_);
  } else {
    precisions_.assign(A.begin(), A.end());
  }
}

double UnitSphere::multiplier() const {
  const double uniform = precision_on_sphere(mean_square_);
  if (precisions_.size() == 1) return uniform - smallest_precision_;
  // f(a) = (1/n) sum_i [H_i^2/b_i^2 + 1/b_i] - 1 falls and is convex; f >= 0 at the start, so that Newton's
  // steps climb to the root without passing it
  const double n = double(precisions_.size());
  double a = std::max(uniform - largest_precision_, 1 / n - smallest_precision_);
  for (int iteration = 0; iteration < 200; ++iteration) {
    double f = -n, slope = 0;
    for (std::size_t i = 0; i < precisions_.size(); ++i) {
      const double v = 1 / (precisions_[i] + a), square = squares_[i] * v * v;
      f += square + v;
      slope -= (2 * square + v) * v;
    }
    const double step = -f / slope;
    a += step;
    if (!(step > 1e-14 * (std::abs(a) + largest_precision_))) break;
  }
  return a;
}

double UnitSphere::multiplier(const std::function<double(double)>& added) const {
  const auto excess = [&](double a) {
    double sum = 0;
    for (std::size_t i = 0; i < precisions_.size(); ++i) {
      const double b = precisions_[i] + a;
      sum += squares_[i] / (b * b) + 1 / (b + added(1 / b));
    }
    return sum / double(precisions_.size()) - 1;
  };
  const double low = 1e-9 - smallest_precision_, high = multiplier();
  return find_root(excess, low, high).value_or(low);
}

std::vector<double> WeightPrior::multipliers(WeightMessages total) const {
  std::vector<double> a(std::size_t(hidden_), 0.0);
  if (spherical())
    for (int k = 0; k < hidden_; ++k)
      a[std::size_t(k)] = UnitSphere(unit(total.field, k), unit(total.precision, k)).multiplier();
  return a;
}

void WeightPrior::posterior(WeightMessages total, std::span<double> mean, std::span<double> variance) const {
  const auto H = total.field;
  if (!spherical()) {
    for (std::size_t i = 0; i < H.size(); ++i) {
      mean[i] = vector_tanh(H[i]);
      variance[i] = (1 - mean[i]) * (1 + mean[i]);
    }
    return;
  }
  const std::vector<double> a = multipliers(total);
  for (std::size_t i = 0; i < H.size(); ++i) {
    variance[i] = 1 / (total.precision[i] + a[i / fan_in()]);
    mean[i] = H[i] * variance[i];
  }
}

void WeightPrior::blend(double keep, std::span<const double> fresh_mean,
                        std::span<const double> fresh_variance, std::span<double> mean,
                        std::span<double> variance) const {
  for (std::size_t i = 0; i < mean.size(); ++i) {
    mean[i] = keep * mean[i] + (1 - keep) * fresh_mean[i];
    variance[i] =
        spherical() ? keep * variance[i] + (1 - keep) * fresh_variance[i] : (1 - mean[i]) * (1 + mean[i]);
  }
}

double WeightPrior::log_normaliser(double H, double b) const {
  return spherical() ? 0.5 * (H * H / b - std::log(b)) : log_2cosh(H);
}

double WeightPrior::entropy(std::span<const double> mean, std::span<const double> variance) const {
  double sum = 0;
  for (std::size_t i = 0; i < mean.size(); ++i)
    sum += spherical() ? 0.5 * std::log(variance[i]) : binary_entropy(0.5 * (1 - std::abs(mean[i])));
  return sum;
}

Weights WeightPrior::weights(std::span<const double> mean) const {
  Weights weights{kind_, hidden_, fan_in_, {mean.begin(), mean.end()}};
  if (!spherical()) {
    for (double& w : weights.values) w = w >= 0 ? 1.0 : -1.0;
    return weights;
  }
  for (int k = 0; k < hidden_; ++k) {
    double largest = 0;
    for (const double m : weights.unit(k)) largest = std::max(largest, std::abs(m));
    // scaled first, so that squares of the smallest means do not underflow
    for (double& w : weights.unit(k)) w = largest > 0 ? w / largest : 1.0;
  }
  normalise(weights);
  return weights;
}

}  // namespace wfm::inference
