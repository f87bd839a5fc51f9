// +-1 matrices packed one bit an entry (bit 1 is +1), rows padded to whole 512-bit blocks; the products that
// message passing and the on-line rules live on. Padding bits are zero and every kernel accounts for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace wfm {

class BitMatrix {
 public:
  BitMatrix() = default;
  /// rows x cols entries, all -1.
  BitMatrix(std::size_t rows, std::size_t cols);

  std::size_t rows() const { return rows_; }
  std::size_t cols() const { return cols_; }
  std::size_t words_per_row() const { return words_per_row_; }  // multiple of 8

  // Entries, without a check of the range.
  int operator()(std::size_t r, std::size_t c) const { return row(r)[c / 64] >> (c % 64) & 1 ? 1 : -1; }
  void set(std::size_t r, std::size_t c, int sign) {  // sign > 0: +1, else -1
    const std::uint64_t bit = std::uint64_t{1} << (c % 64);
    std::uint64_t& word = row(r)[c / 64];
    word = sign > 0 ? word | bit : word & ~bit;
  }

  std::span<const std::uint64_t> row(std::size_t r) const {
    return {bits_.data() + r * words_per_row_, words_per_row_};
  }
  std::span<std::uint64_t> row(std::size_t r) { return {bits_.data() + r * words_per_row_, words_per_row_}; }

  BitMatrix transposed() const;
  /// The sub-matrix of `count` columns from `first`, repacked.
  BitMatrix columns(std::size_t first, std::size_t count) const;

  bool operator==(const BitMatrix&) const = default;

 private:
  std::size_t rows_ = 0, cols_ = 0, words_per_row_ = 0;
  std::vector<std::uint64_t> bits_;
};

/// out[r] = sum_c X(r,c) v[c]. v has X.cols() entries, out X.rows() (InvalidInput otherwise). Four columns at
/// a time from a table of their 16 signed sums: by permutations of registers where the processor has AVX-512,
/// else by multiply_portable.
/// The same result to rounding as multiply_readable.
void multiply(const BitMatrix& X, std::span<const double> v, std::span<double> out);
void multiply_portable(const BitMatrix& X, std::span<const double> v, std::span<double> out);
void multiply_readable(const BitMatrix& X, std::span<const double> v, std::span<double> out);

/// sum_c X(r,c) Y(s,c) of two packed rows of `cols` entries, by population count. The spans have equal sizes.
std::int64_t dot(std::span<const std::uint64_t> x, std::span<const std::uint64_t> y, std::size_t cols);

/// Packs the signs of v (v >= 0 is +1) into `row`, whose padding is cleared.
void pack_signs(std::span<const double> v, std::span<std::uint64_t> row);

}  // namespace wfm
