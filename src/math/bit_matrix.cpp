// Products of +-1 matrices with real vectors. For four columns c ... c+3 the 16 signed sums
//   T[b] = +-v[c] +- v[c+1] +- v[c+2] +- v[c+3],   + where the bit of b is set
// are made once for all rows, and each row adds the one that its four bits select. Columns beyond the last count as v = 0, so that zero padding bits add nothing. Columns go in blocks of 512
// (the padding of a row), whose 128 tables (16 KB) stay in the first cache.
#include "math/bit_matrix.hpp"

#include <algorithm>
#include <bit>

#include <fmt/format.h>

#include "math/avx512.hpp"
#include "math/error.hpp"

namespace wfm {

namespace {

constexpr std::size_t words_per_block = 8;  // 512 columns
constexpr std::size_t columns_per_block = 64 * words_per_block;
constexpr std::size_t tables_per_word = 16;

// T[table][b] of the 512 columns of one block.
struct alignas(64) BlockTables {
  double sums[words_per_block * tables_per_word][16];

  explicit BlockTables(std::span<const double> v) {
    double padded[columns_per_block] = {};
    std::copy(v.begin(), v.end(), padded);
    for (std::size_t table = 0; table < words_per_block * tables_per_word; ++table) {
      const double* four = padded + 4 * table;
      for (unsigned b = 0; b < 16; ++b)
        sums[table][b] = ((b & 1 ? four[0] : -four[0]) + (b & 2 ? four[1] : -four[1])) +
                         ((b & 4 ? four[2] : -four[2]) + (b & 8 ? four[3] : -four[3]));
    }
  }
};

void require_shapes(const BitMatrix& X, std::span<const double> v, std::span<double> out) {
  if (v.size() != X.cols() || out.size() != X.rows())
    throw InvalidInput(
        fmt::format("multiply: a {} x {} matrix takes v of its columns and out of its rows, not {} and {}",
                    X.rows(), X.cols(), v.size(), out.size()));
}

// Calls add(tables, first_word) for every block of 512 columns.
template <class Add>
void for_each_block(std::span<const double> v, Add add) {
  for (std::size_t c = 0; c < v.size(); c += columns_per_block)
    add(BlockTables(v.subspan(c, std::min(columns_per_block, v.size() - c))), c / 64);
}

#ifdef __AVX512F__

constexpr std::size_t lanes = 8;       // rows side by side in a register, a 64-bit word of each
constexpr std::size_t row_groups = 8;  // registers of rows that share the loading of a table
constexpr std::size_t rows_per_tile = lanes * row_groups;

// words[w] = word w of each of eight rows: the 8 x 8 transpose of eight rows of one block.
void load_eight_rows(const std::uint64_t* const rows[lanes], __m512i words[words_per_block]) {
  __m512i a[8], b[8];
  for (int i = 0; i < 8; ++i) a[i] = _mm512_loadu_si512(rows[i]);
  for (int i = 0; i < 8; i += 2) {
    b[i] = _mm512_unpacklo_epi64(a[i], a[i + 1]);
    b[i + 1] = _mm512_unpackhi_epi64(a[i], a[i + 1]);
  }
  for (int i = 0; i < 2; ++i) {  // pairs of rows (0,1)(2,3) and (4,5)(6,7)
    a[i] = _mm512_shuffle_i64x2(b[i], b[i + 2], 0x88);
    a[i + 2] = _mm512_shuffle_i64x2(b[i], b[i + 2], 0xdd);
    a[i + 4] = _mm512_shuffle_i64x2(b[i + 4], b[i + 6], 0x88);
    a[i + 6] = _mm512_shuffle_i64x2(b[i + 4], b[i + 6], 0xdd);
  }
  for (int i = 0; i < 2; ++i) {
    words[i] = _mm512_shuffle_i64x2(a[i], a[i + 4], 0x88);
    words[i + 4] = _mm512_shuffle_i64x2(a[i], a[i + 4], 0xdd);
    words[i + 2] = _mm512_shuffle_i64x2(a[i + 2], a[i + 6], 0x88);
    words[i + 6] = _mm512_shuffle_i64x2(a[i + 2], a[i + 6], 0xdd);
  }
}

// sums[r] += contribution of one block to 64 rows.
void add_tile(const BlockTables& tables, const std::uint64_t* const rows[rows_per_tile], double* sums) {
  __m512i words[row_groups][words_per_block];
  for (std::size_t g = 0; g < row_groups; ++g) load_eight_rows(rows + lanes * g, words[g]);

  __m512d sum[row_groups];
  for (std::size_t g = 0; g < row_groups; ++g) sum[g] = _mm512_loadu_pd(sums + lanes * g);
  for (std::size_t w = 0; w < words_per_block; ++w) {
    __m512i bits[row_groups];
    for (std::size_t g = 0; g < row_groups; ++g) bits[g] = words[g][w];
    for (std::size_t k = 0; k < tables_per_word; ++k) {
      const double* table = tables.sums[tables_per_word * w + k];
      const __m512d low = _mm512_load_pd(table), high = _mm512_load_pd(table + 8);
      for (std::size_t g = 0; g < row_groups; ++g) {
        // the permutation reads the lowest four bits of each lane
        sum[g] = _mm512_add_pd(sum[g], _mm512_permutex2var_pd(low, bits[g], high));
        bits[g] = _mm512_srli_epi64(bits[g], 4);
      }
    }
  }
  for (std::size_t g = 0; g < row_groups; ++g) _mm512_storeu_pd(sums + lanes * g, sum[g]);
}

#endif

// Transposes a 64 x 64 block in place: swaps ever smaller off-diagonal squares (Warren, Hacker's Delight,
// 7-3).
void transpose_64(std::uint64_t block[64]) {
  std::uint64_t mask = 0x00000000ffffffffu;
  for (unsigned size = 32; size != 0; size /= 2, mask ^= mask << size)
    for (unsigned base = 0; base < 64; base += 2 * size)
      for (unsigned i = base; i < base + size; ++i) {
        const std::uint64_t swapped = (block[i] >> size ^ block[i + size]) & mask;
        block[i] ^= swapped << size;
        block[i + size] ^= swapped;
      }
}

}  // namespace

BitMatrix::BitMatrix(std::size_t rows, std::size_t cols)
    : rows_(rows),
      cols_(cols),
      words_per_row_((cols + columns_per_block - 1) / columns_per_block * words_per_block),
      bits_(rows_ * words_per_row_) {}

BitMatrix BitMatrix::transposed() const {
  BitMatrix result(cols_, rows_);
  for (std::size_t r = 0; r < rows_; r += 64)
    for (std::size_t c = 0; c < cols_; c += 64) {
      std::uint64_t block[64] = {};
      for (std::size_t i = 0; i < std::min<std::size_t>(64, rows_ - r); ++i) block[i] = row(r + i)[c / 64];
      transpose_64(block);
      for (std::size_t i = 0; i < std::min<std::size_t>(64, cols_ - c); ++i)
        result.row(c + i)[r / 64] = block[i];
    }
  return result;
}

BitMatrix BitMatrix::columns(std::size_t first, std::size_t count) const {
  if (first > cols_ || count > cols_ - first)
    throw InvalidInput(fmt::format("BitMatrix::columns: columns {} to {} asked of a matrix of {} columns",
                                   first, first + count, cols_));
  BitMatrix result(rows_, count);
  const std::size_t skip = first / 64, shift = first % 64, words = (count + 63) / 64;
  const std::uint64_t last_mask = count % 64 == 0 ? ~std::uint64_t{0} : (std::uint64_t{1} << count % 64) - 1;
  for (std::size_t r = 0; r < rows_; ++r) {
    const std::span<const std::uint64_t> from = row(r).subspan(skip);
    const std::span<std::uint64_t> to = result.row(r);
    for (std::size_t w = 0; w < words; ++w) {
      to[w] = from[w] >> shift;
      if (shift != 0 && w + 1 < from.size()) to[w] |= from[w + 1] << (64 - shift);
    }
    if (words != 0) to[words - 1] &= last_mask;
  }
  return result;
}

void multiply(const BitMatrix& X, std::span<const double> v, std::span<double> out) {
#ifdef __AVX512F__
  require_shapes(X, v, out);
  std::fill(out.begin(), out.end(), 0.0);
  for_each_block(v, [&](const BlockTables& tables, std::size_t first_word) {
    for (std::size_t r = 0; r < out.size(); r += rows_per_tile) {
      const std::size_t count = std::min(rows_per_tile, out.size() - r);
      const std::uint64_t*
          rows[rows_per_tile];  // beyond the last row: the last one again, its sums thrown away
      for (std::size_t i = 0; i < rows_per_tile; ++i)
        rows[i] = X.row(r + std::min(i, count - 1)).data() + first_word;
      if (count == rows_per_tile) {
        add_tile(tables, rows, &out[r]);
      } else {
        double sums[rows_per_tile] = {};
        add_tile(tables, rows, sums);
        for (std::size_t i = 0; i < count; ++i) out[r + i] += sums[i];
      }
    }
  });
#else
  multiply_portable(X, v, out);
#endif
}

void multiply_portable(const BitMatrix& X, std::span<const double> v, std::span<double> out) {
  require_shapes(X, v, out);
  std::fill(out.begin(), out.end(), 0.0);
  for_each_block(v, [&](const BlockTables& tables, std::size_t first_word) {
    for (std::size_t r = 0; r < out.size(); ++r) {
      const std::uint64_t* words = X.row(r).data() + first_word;
      double sum[2] = {0, 0};
      for (std::size_t w = 0; w < words_per_block; ++w)
        for (std::size_t k = 0; k < tables_per_word; ++k)
          sum[k % 2] += tables.sums[tables_per_word * w + k][words[w] >> 4 * k & 15];
      out[r] += sum[0] + sum[1];
    }
  });
}

void multiply_readable(const BitMatrix& X, std::span<const double> v, std::span<double> out) {
  require_shapes(X, v, out);
  for (std::size_t r = 0; r < X.rows(); ++r) {
    out[r] = 0;
    for (std::size_t c = 0; c < X.cols(); ++c) out[r] += X(r, c) * v[c];
  }
}

std::int64_t dot(std::span<const std::uint64_t> x, std::span<const std::uint64_t> y, std::size_t cols) {
  if (x.size() != y.size() || 64 * x.size() < cols)
    throw InvalidInput(fmt::format("dot: rows of {} and {} words for {} columns", x.size(), y.size(), cols));
  // equal minus different entries; padding is equal and not counted
  std::int64_t different = 0;
  for (std::size_t w = 0; w < x.size(); ++w) different += std::popcount(x[w] ^ y[w]);
  return static_cast<std::int64_t>(cols) - 2 * different;
}

void pack_signs(std::span<const double> v, std::span<std::uint64_t> row) {
  if (64 * row.size() < v.size())
    throw InvalidInput(fmt::format("pack_signs: {} values do not fit {} words", v.size(), row.size()));
  std::fill(row.begin(), row.end(), 0);
  for (std::size_t c = 0; c < v.size(); ++c) row[c / 64] |= std::uint64_t{v[c] >= 0} << (c % 64);
}

}  // namespace wfm
