// Labelled patterns, +-1 packed or real, and the two products with them that every algorithm needs.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <variant>
#include <vector>

#include <Eigen/Core>

#include "math/bit_matrix.hpp"

namespace wfm {

using RealMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct Patterns {
  std::variant<BitMatrix, RealMatrix> inputs;  // P x N: xi[a][i]
  std::vector<std::int8_t> labels;             // P: sigma[a] = +-1

  std::size_t count() const { return labels.size(); }
  std::size_t inputs_per_pattern() const;
  bool binary() const { return std::holds_alternative<BitMatrix>(inputs); }
  double operator()(std::size_t a, std::size_t i) const;  // one entry; slow, for tests and output
};

enum class InputKind { binary, gaussian };  // random inputs: xi = +-1 with probability one half, or N(0,1)

std::string_view name(InputKind kind);                  // "binary", "gaussian"
InputKind input_kind_from_name(std::string_view name);  // throws InvalidInput for any other name

/// Bytes that `count` labelled patterns of `inputs` entries take in memory, packed or real. In doubles, so that it can be asked
/// of any size before anything is allocated.
double pattern_bytes(double count, double inputs, bool binary);

/// Throws InvalidInput unless P matches, labels are +-1 and real entries finite; names the first offender (pattern, input, value).
void validate(const Patterns& patterns);

/// The rows `which` of `patterns`, in that order.
Patterns subset(const Patterns& patterns, std::span<const std::size_t> which);

}  // namespace wfm
