#include "training/flip_columns.hpp"

#include "problems/evaluation.hpp"
#include "training/least_action.hpp"

namespace wfm::training {

FlipColumns::FlipColumns(const Problem& problem)
    : architecture_(problem.architecture),
      patterns_(&problem.train),
      columns_(std::get<BitMatrix>(problem.train.inputs).transposed()),
      valid_(columns_.words_per_row()) {
  std::vector<std::uint64_t> negative(words());
  for (std::size_t a = 0; a < patterns_->count(); ++a) {
    const std::uint64_t bit = std::uint64_t{1} << (a % 64);
    valid_[a / 64] |= bit;
    if (patterns_->labels[a] < 0) negative[a / 64] |= bit;
  }
  for (std::size_t i = 0; i < columns_.rows(); ++i) {
    const auto column = columns_.row(i);
    for (std::size_t w = 0; w < column.size(); ++w) column[w] ^= negative[w];
  }
}

std::vector<std::int32_t> FlipColumns::lattice_excess(std::span<const std::int8_t> w,
                                                      double unit_margin) const {
  const std::size_t P = patterns_->count(), K = std::size_t(architecture_.hidden);
  const int n = architecture_.fan_in();
  const std::int64_t least[2] = {least_right_stability(n, -1, unit_margin),
                                 least_right_stability(n, +1, unit_margin)};
  // D_a = (n - Delta_least)/2 - (number of inputs with sigma xi w = -1)
  std::vector<std::int32_t> D(K * P);
  const Weights weights{WeightKind::binary, architecture_.hidden, n, {w.begin(), w.end()}};
  const std::vector<double> h = preactivations(architecture_, weights, *patterns_);
  for (std::size_t a = 0; a < P; ++a)
    for (std::size_t k = 0; k < K; ++k) {
      const int sigma = patterns_->labels[a];
      const auto delta = std::int64_t(sigma * std::llround(h[a * K + k] * std::sqrt(double(n))));
      D[k * P + a] = std::int32_t((delta - least[sigma > 0]) / 2);
    }
  return D;
}

}  // namespace wfm::training
