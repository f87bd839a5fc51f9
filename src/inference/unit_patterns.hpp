// The patterns as each hidden unit sees them: products with the P x n matrix X of a unit's own inputs, both
// ways.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "problems/problem.hpp"

namespace wfm::inference {

/// Keeps packed copies of the training inputs, forward and transposed (one pair a unit for trees, else one
/// for all).
class UnitPatterns {
 public:
  explicit UnitPatterns(const Problem& problem);

  std::size_t count() const { return count_; }  // P
  int hidden() const { return hidden_; }        // K
  int fan_in() const { return fan_in_; }        // n
  bool binary() const { return !forward_.empty(); }

  const BitMatrix& bits(int k) const { return forward_[block(k)]; }  // binary only, P x n
  double operator()(int k, std::size_t a, std::size_t i) const;      // X_k[a][i], slow for packed inputs
  void row(int k, std::size_t a, std::span<double> out) const;       // X_k[a][.], n entries

  void multiply(int k, std::span<const double> v,
                std::span<double> out) const;  // out[a] = sum_i X[a][i] v[i]
  void multiply_transposed(int k, std::span<const double> v,
                           std::span<double> out) const;  // out[i] = sum_a X[a][i] v[a]
  /// The same with squared entries (real inputs; for +-1 inputs every entry of `out` is the sum of v).
  void multiply_squares(int k, std::span<const double> v, std::span<double> out) const;
  void multiply_squares_transposed(int k, std::span<const double> v, std::span<double> out) const;

 private:
  std::size_t block(int k) const { return std::size_t(blocks() == 1 ? 0 : k); }
  std::size_t blocks() const { return binary() ? forward_.size() : real_.size(); }

  std::size_t count_ = 0;
  int hidden_ = 1, fan_in_ = 0;
  std::vector<BitMatrix> forward_, backward_;
  std::vector<RealMatrix> real_, squares_;  // used where inputs are real
};

/// Training errors, at the problem's margin, of the configuration that `mean` (M entries) points to
/// (WeightPrior::weights); by population count where inputs are packed and weights binary.
std::int64_t count_mean_errors(const Problem& problem, const UnitPatterns& patterns,
                               std::span<const double> mean);

}  // namespace wfm::inference
