#include "problems/patterns.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm {

std::size_t Patterns::inputs_per_pattern() const {
  return binary() ? std::get<BitMatrix>(inputs).cols() : std::size_t(std::get<RealMatrix>(inputs).cols());
}

double Patterns::operator()(std::size_t a, std::size_t i) const {
  if (binary()) return std::get<BitMatrix>(inputs)(a, i);
  return std::get<RealMatrix>(inputs)(Eigen::Index(a), Eigen::Index(i));
}

std::string_view name(InputKind kind) {
  switch (kind) {
    case InputKind::binary:
      return "binary";
    case InputKind::gaussian:
      return "gaussian";
  }
  throw InvalidInput(fmt::format("no such kind of inputs: {}", int(kind)));
}

InputKind input_kind_from_name(std::string_view name) {
  if (name == "binary") return InputKind::binary;
  if (name == "gaussian") return InputKind::gaussian;
  throw InvalidInput(fmt::format("random inputs are binary or gaussian, got '{}'", name));
}

double pattern_bytes(double count, double inputs, bool binary) {
  constexpr double block_bits = 512;  // rows of a BitMatrix are whole blocks
  const double row_bytes = binary ? 64 * std::ceil(inputs / block_bits) : 8 * inputs;
  return count * (row_bytes + 1);
}

void validate(const Patterns& patterns) {
  const bool binary = patterns.binary();
  const std::size_t rows = binary ? std::get<BitMatrix>(patterns.inputs).rows()
                                  : std::size_t(std::get<RealMatrix>(patterns.inputs).rows());
  if (rows != patterns.count())
    throw InvalidInput(
        fmt::format("each pattern needs one label, got {} patterns and {} labels", rows, patterns.count()));
  for (std::size_t a = 0; a < rows; ++a)
    if (std::abs(int(patterns.labels[a])) != 1)
      throw InvalidInput(fmt::format("labels are +-1, got {} at pattern {}", int(patterns.labels[a]), a));
  if (binary) return;
  const RealMatrix& inputs = std::get<RealMatrix>(patterns.inputs);
  for (Eigen::Index a = 0; a < inputs.rows(); ++a)
    for (Eigen::Index i = 0; i < inputs.cols(); ++i)
      if (!std::isfinite(inputs(a, i)))
        throw InvalidInput(
            fmt::format("inputs must be finite, got {} at pattern {}, input {}", inputs(a, i), a, i));
}

Patterns subset(const Patterns& patterns, std::span<const std::size_t> which) {
  for (const std::size_t a : which)
    if (a >= patterns.count())
      throw InvalidInput(fmt::format("a subset names patterns below {}, got {}", patterns.count(), a));
  Patterns chosen;
  chosen.labels.reserve(which.size());
  for (const std::size_t a : which) chosen.labels.push_back(patterns.labels[a]);
  if (patterns.binary()) {
    const BitMatrix& from = std::get<BitMatrix>(patterns.inputs);
    BitMatrix to(which.size(), from.cols());
    for (std::size_t b = 0; b < which.size(); ++b) std::ranges::copy(from.row(which[b]), to.row(b).begin());
    chosen.inputs = std::move(to);
  } else {
    const RealMatrix& from = std::get<RealMatrix>(patterns.inputs);
    RealMatrix to(Eigen::Index(which.size()), from.cols());
    for (std::size_t b = 0; b < which.size(); ++b) to.row(Eigen::Index(b)) = from.row(Eigen::Index(which[b]));
    chosen.inputs = std::move(to);
  }
  return chosen;
}

}  // namespace wfm
