// Products of the +-1 inputs of a mini-batch with several real vectors at once, in single precision:
//   out[u][r] = sum_c X(r,c) v[u][c],   X rows x cols of +-1, u < vectors
// Forward, X holds patterns and v[k] the weights of unit k; backward, the transposed X holds inputs and v[k] the errors of unit k.
//
// Rows stand sixteen side by side: word w of rows 16 g ... 16 g + 15 are sixteen neighbouring 32-bit numbers. For four columns the
// 16 signed sums +-v[c] +- v[c+1] +- v[c+2] +- v[c+3] fill one 512-bit register, out of which a permutation by the rows' own bits
// takes the right one for sixteen rows: 64 products in two instructions, half of a multiply-add each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace wfm::training {

class PackedBatch {
 public:
  static constexpr std::size_t lanes = 16, bits = 32;  // rows of a group, columns of a word

  PackedBatch() = default;
  PackedBatch(std::size_t rows, std::size_t cols) { resize(rows, cols); }
  /// rows x cols entries, all -1; memory is kept where it is large enough.
  void resize(std::size_t rows, std::size_t cols);

  std::size_t rows() const { return rows_; }
  std::size_t cols() const { return cols_; }
  std::size_t groups() const { return (rows_ + lanes - 1) / lanes; }
  std::size_t words() const { return (cols_ + bits - 1) / bits; }
  int operator()(std::size_t r, std::size_t c) const {
    return group(r / lanes, c / bits)[r % lanes] >> (c % bits) & 1 ? 1 : -1;
  }

  /// Word w of the sixteen rows of group g.
  const std::uint32_t* group(std::size_t g, std::size_t w) const { return &data_[(g * words() + w) * lanes]; }

  /// Row r from packed bits (bit 1 is +1), zero beyond the last column, as rows of a BitMatrix are.
  void set_row(std::size_t r, std::span<const std::uint64_t> row);

  /// Makes `result` the cols x rows transpose.
  void transpose_into(PackedBatch& result) const;

 private:
  std::size_t rows_ = 0, cols_ = 0;
  std::vector<std::uint32_t> data_;
};

/// v[u * cols + c], out[u * rows + r]. To single-precision rounding the same as multiply_readable, which sums in double. Where the
/// processor has no AVX-512 it is multiply_portable. Throws InvalidInput where sizes do not fit.
void multiply(const PackedBatch& X, std::span<const float> v, std::size_t vectors, std::span<float> out);
void multiply_portable(const PackedBatch& X, std::span<const float> v, std::size_t vectors,
                       std::span<float> out);
void multiply_readable(const PackedBatch& X, std::span<const float> v, std::size_t vectors,
                       std::span<float> out);

}  // namespace wfm::training
