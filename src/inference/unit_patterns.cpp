#include "inference/unit_patterns.hpp"

#include <algorithm>
#include <cmath>

#include "inference/weight_prior.hpp"
#include "problems/evaluation.hpp"

namespace wfm::inference {
namespace {

using ConstVector = Eigen::Map<const Eigen::VectorXd>;
using Vector = Eigen::Map<Eigen::VectorXd>;

Vector as_vector(std::span<double> v) {
  return {v.data(), Eigen::Index(v.size())};
}
ConstVector as_vector(std::span<const double> v) {
  return {v.data(), Eigen::Index(v.size())};
}

void fill_with_sum(std::span<const double> v, std::span<double> out) {
  double sum = 0;
  for (const double x : v) sum += x;
  std::fill(out.begin(), out.end(), sum);
}

}  // namespace

UnitPatterns::UnitPatterns(const Problem& problem)
    : count_(problem.train.count()),
      hidden_(problem.architecture.hidden),
      fan_in_(problem.architecture.fan_in()) {
  const Architecture& architecture = problem.architecture;
  const int blocks = architecture.tree ? hidden_ : 1;
  if (const auto* bits = std::get_if<BitMatrix>(&problem.train.inputs)) {
    for (int k = 0; k < blocks; ++k) {
      forward_.push_back(blocks == 1
                             ? *bits
                             : bits->columns(std::size_t(architecture.first_input(k)), std::size_t(fan_in_)));
      backward_.push_back(forward_.back().transposed());
    }
  } else {
    const auto& real = std::get<RealMatrix>(problem.train.inputs);
    for (int k = 0; k < blocks; ++k) {
      real_.push_back(blocks == 1 ? real : RealMatrix(real.middleCols(architecture.first_input(k), fan_in_)));
      squares_.push_back(real_.back().cwiseAbs2());
    }
  }
}

double UnitPatterns::operator()(int k, std::size_t a, std::size_t i) const {
  return binary() ? bits(k)(a, i) : real_[block(k)](Eigen::Index(a), Eigen::Index(i));
}

void UnitPatterns::row(int k, std::size_t a, std::span<double> out) const {
  if (!binary()) {
    as_vector(out) = real_[block(k)].row(Eigen::Index(a)).transpose();
    return;
  }
  const auto words = bits(k).row(a);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = (words[i / 64] >> (i % 64)) & 1 ? 1.0 : -1.0;
}

void UnitPatterns::multiply(int k, std::span<const double> v, std::span<double> out) const {
  if (binary())
    wfm::multiply(forward_[block(k)], v, out);
  else
    as_vector(out).noalias() = real_[block(k)] * as_vector(v);
}

void UnitPatterns::multiply_transposed(int k, std::span<const double> v, std::span<double> out) const {
  if (count_ == 0)
    std::fill(out.begin(), out.end(), 0.0);
  else if (binary())
    wfm::multiply(backward_[block(k)], v, out);
  else
    as_vector(out).noalias() = real_[block(k)].transpose() * as_vector(v);
}

void UnitPatterns::multiply_squares(int k, std::span<const double> v, std::span<double> out) const {
  if (binary())
    fill_with_sum(v, out);
  else
    as_vector(out).noalias() = squares_[block(k)] * as_vector(v);
}

void UnitPatterns::multiply_squares_transposed(int k, std::span<const double> v,
                                               std::span<double> out) const {
  if (binary())
    fill_with_sum(v, out);
  else
    as_vector(out).noalias() = squares_[block(k)].transpose() * as_vector(v);
}

std::int64_t count_mean_errors(const Problem& problem, const UnitPatterns& patterns,
                               std::span<const double> mean) {
  if (!patterns.binary() || problem.weight_kind != WeightKind::binary)
    return std::int64_t(training_errors(problem, WeightPrior(problem).weights(mean)));

  const int K = patterns.hidden();
  const std::size_t n = std::size_t(patterns.fan_in());
  BitMatrix signs(std::size_t(K), n);
  for (int k = 0; k < K; ++k) pack_signs(mean.subspan(std::size_t(k) * n, n), signs.row(std::size_t(k)));

  std::int64_t errors = 0;
  std::vector<double> h(static_cast<std::size_t>(K));
  const double scale = 1 / std::sqrt(double(n));
  for (std::size_t a = 0; a < patterns.count(); ++a) {
    for (int k = 0; k < K; ++k)
      h[std::size_t(k)] = double(dot(patterns.bits(k).row(a), signs.row(std::size_t(k)), n)) * scale;
    errors += !satisfied(field(problem.architecture, h), problem.train.labels[a], problem.margin);
  }
  return errors;
}

}  // namespace wfm::inference
