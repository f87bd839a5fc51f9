// A perceptron or committee of sign units with +-1 weights and +-1 inputs, as the rules see it that keep real fields behind the weights:
// w = sign h, packed, and per pattern the units that least action would change (least_action.hpp).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "problems/problem.hpp"
#include "training/least_action.hpp"
#include "training/unit_inputs.hpp"

namespace wfm::training {

/// Refers to the problem, which must outlive it.
class SignMachine {
 public:
  /// Throws InvalidInput, in the name of `rule`, unless the problem is valid with binary weights, +-1 inputs and a perceptron or
  /// committee whose margin its units can reach.
  SignMachine(const Problem& problem, std::string_view rule);

  std::size_t patterns() const { return problem_->train.count(); }
  std::size_t hidden() const { return std::size_t(problem_->architecture.hidden); }
  std::size_t fan_in() const { return std::size_t(problem_->architecture.fan_in()); }
  std::size_t weights() const { return hidden() * fan_in(); }
  int label(std::size_t a) const { return problem_->train.labels[a]; }
  std::span<const std::uint64_t> row(std::size_t a, std::size_t k) const { return inputs_.row(a, int(k)); }

  /// K x n signs of fields h[k * n + i], sign(0) = +1.
  BitMatrix signs(std::span<const double> h) const;
  void pack(std::span<const double> h, BitMatrix& signs) const;
  Weights weights_of(const BitMatrix& signs) const;

  /// w[k].xi[a], an integer.
  std::int64_t sum(std::size_t a, std::size_t k, const BitMatrix& signs) const {
    return dot(row(a, k), signs.row(k), fan_in());
  }
  /// The units that least action changes for pattern a; none where the pattern is satisfied.
  void units_to_change(std::size_t a, const BitMatrix& signs, std::vector<int>& units) const;
  /// Training errors at the problem's margin.
  std::int64_t errors(const BitMatrix& signs) const;

 private:
  const Problem* problem_;
  LeastAction rule_;
  PackedUnitInputs inputs_;
  std::int64_t least_right_[2];  // Delta_least for labels -1 and +1
};

}  // namespace wfm::training
