// Errors of a machine with binary weights while weights flip one at a time, in O(P) a flip.
//   sums[k][a] = w[k].xi[a] -> sums[k][a] - 2 w[k][i] xi[a][i]
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "problems/problem.hpp"

namespace wfm::landscape {

/// Patterns input by input: P entries each, a byte each where they are +-1.
class InputColumns {
 public:
  /// Throws ResourceProblem where they do not fit into memory.
  explicit InputColumns(const Patterns& patterns);
  /// out[a] = sums[a] + c xi[a][i] for all P patterns.
  void shift(std::size_t i, double c, std::span<const double> sums, std::span<double> out) const;

 private:
  std::size_t patterns_;
  std::variant<std::vector<std::int8_t>, std::vector<double>> values_;  // N x P
};

class FlipWalk {
 public:
  /// `columns` and `patterns` (the same ones) must live as long as this. Errors are counted at `margin`.
  FlipWalk(const Architecture& architecture, const InputColumns& columns, const Patterns& patterns,
           double margin, const Weights& start);

  std::size_t errors() const { return errors_; }
  std::size_t errors_after(std::size_t weight);  // if weight k n + i were flipped
  void flip(std::size_t weight);

 private:
  template <class Visit>
  void after(std::size_t weight, const Visit& visit);
  bool satisfied_with(std::size_t a, double sum, int total) const;

  Architecture architecture_;
  const InputColumns* columns_;
  const Patterns* patterns_;
  double margin_;
  std::vector<double> weights_, sums_, shifted_;  // K n, K x P, P
  std::vector<int> total_;                        // P: sum (committee) or product (parity) of the tau
  std::vector<std::uint8_t> satisfied_;           // P
  std::size_t errors_ = 0;
};

}  // namespace wfm::landscape
