// Columns go in blocks of 512, whose tables for three vectors (24 KB) stay in the first cache while all rows pass.
#include "training/packed_batch.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "math/avx512.hpp"
#include "math/error.hpp"

namespace wfm::training {
namespace {

constexpr std::size_t lanes = PackedBatch::lanes, bits = PackedBatch::bits;
constexpr std::size_t tables_per_word = 8;
constexpr std::size_t words_per_block = 16;

void require_sizes(const PackedBatch& X, std::span<const float> v, std::size_t vectors,
                   std::span<float> out) {
  if (v.size() != vectors * X.cols() || out.size() != vectors * X.rows())
    throw InvalidInput(fmt::format(
        "multiply: {} vectors of a {} x {} matrix take {} and give {} values, not {} and {}", vectors,
        X.rows(), X.cols(), vectors * X.cols(), vectors * X.rows(), v.size(), out.size()));
}

// The four values from column c on, zero beyond the last.
void load_four(std::span<const float> v, std::size_t c, float (&four)[4]) {
  for (std::size_t i = 0; i < 4; ++i) four[i] = c + i < v.size() ? v[c + i] : 0;
}

#ifdef __AVX512F__

// tables[t][u]: the 16 signed sums of columns 4 t ... 4 t + 3 of vector u, from column `first` on.
template <std::size_t U>
void make_tables(const float* const (&v)[U], std::size_t first, std::size_t last, float* tables) {
  const auto signs = [](unsigned bit) {
    return _mm512_mask_blend_ps(__mmask16(bit), _mm512_set1_ps(-1), _mm512_set1_ps(1));
  };
  const __m512 s0 = signs(0xaaaa), s1 = signs(0xcccc), s2 = signs(0xf0f0), s3 = signs(0xff00);
  for (std::size_t c = first; c < last; c += 4)
    for (std::size_t u = 0; u < U; ++u) {
      float padded[4];
      const float* four = v[u] + c;
      if (c + 4 > last) {
        load_four({v[u], last}, c, padded);
        four = padded;
      }
      const __m512 low = _mm512_fmadd_ps(s1, _mm512_set1_ps(four[1]), s0 * _mm512_set1_ps(four[0]));
      const __m512 high = _mm512_fmadd_ps(s3, _mm512_set1_ps(four[3]), s2 * _mm512_set1_ps(four[2]));
      _mm512_store_ps(tables, low + high);
      tables += lanes;
    }
}

// out[u][r] of the R groups of rows from g on: added to what is there unless `first_word` is 0.
template <std::size_t U, std::size_t R>
void multiply_groups(const PackedBatch& X, std::size_t g, std::size_t first_word, std::size_t last_word,
                     const float* tables, float* const (&out)[U]) {
  __mmask16 inside[R];
  __m512 sum[U][R];
  for (std::size_t r = 0; r < R; ++r) {
    const std::size_t rows = std::min(lanes, X.rows() - (g + r) * lanes);
    inside[r] = __mmask16((1u << rows) - 1);
    for (std::size_t u = 0; u < U; ++u)
      sum[u][r] =
          first_word == 0 ? _mm512_setzero_ps() : _mm512_maskz_loadu_ps(inside[r], out[u] + (g + r) * lanes);
  }
  for (std::size_t w = first_word; w < last_word; ++w) {
    __m512i word[R];
    for (std::size_t r = 0; r < R; ++r) word[r] = _mm512_loadu_si512(X.group(g + r, w));
    for (std::size_t t = 0; t < tables_per_word; ++t) {
      for (std::size_t u = 0; u < U; ++u) {
        const __m512 table = _mm512_load_ps(tables);
        tables += lanes;
        // the permutation reads the lowest four bits of each lane
        for (std::size_t r = 0; r < R; ++r) sum[u][r] += _mm512_permutexvar_ps(word[r], table);
      }
      for (std::size_t r = 0; r < R; ++r) word[r] = _mm512_srli_epi32(word[r], 4);
    }
  }
  for (std::size_t r = 0; r < R; ++r)
    for (std::size_t u = 0; u < U; ++u) _mm512_mask_storeu_ps(out[u] + (g + r) * lanes, inside[r], sum[u][r]);
}

// U vectors at once.
template <std::size_t U>
void multiply_vectors(const PackedBatch& X, const float* v, float* out) {
  alignas(64) float tables[words_per_block * tables_per_word * U * lanes];
  const float* vectors[U];
  float* results[U];
  for (std::size_t u = 0; u < U; ++u) {
    vectors[u] = v + u * X.cols();
    results[u] = out + u * X.rows();
  }
  for (std::size_t w = 0; w < X.words(); w += words_per_block) {
    const std::size_t last_word = std::min(w + words_per_block, X.words());
    // tables of a last word that is not full: its padding bits must select zeros
    std::fill(tables + ((last_word - w) - 1) * tables_per_word * U * lanes,
              tables + (last_word - w) * tables_per_word * U * lanes, 0.0f);
    make_tables<U>(vectors, w * bits, std::min(last_word * bits, X.cols()), tables);
    std::size_t g = 0;
    for (; g + 4 <= X.groups(); g += 4) multiply_groups<U, 4>(X, g, w, last_word, tables, results);
    switch (X.groups() - g) {
      case 3:
        multiply_groups<U, 3>(X, g, w, last_word, tables, results);
        break;
      case 2:
        multiply_groups<U, 2>(X, g, w, last_word, tables, results);
        break;
      case 1:
        multiply_groups<U, 1>(X, g, w, last_word, tables, results);
        break;
      default:
        break;
    }
  }
}

#endif

// columns[b] = bit b of 32 rows, those of a group's word in its low half and those of the next group's in its high half.
void transpose_words(const std::uint32_t* low, const std::uint32_t* high, std::uint32_t (&columns)[bits]) {
#ifdef __AVX512F__
  const __m512i low_rows = _mm512_loadu_si512(low), high_rows = _mm512_loadu_si512(high);
  for (std::size_t b = 0; b < bits; ++b) {
    const __m512i bit = _mm512_set1_epi32(int(1u << b));
    columns[b] = std::uint32_t(_mm512_test_epi32_mask(high_rows, bit)) << lanes |
                 std::uint32_t(_mm512_test_epi32_mask(low_rows, bit));
  }
#else
  for (std::size_t b = 0; b < bits; ++b) {
    columns[b] = 0;
    for (std::size_t r = 0; r < lanes; ++r)
      columns[b] |= (low[r] >> b & 1) << r | (high[r] >> b & 1) << (r + lanes);
  }
#endif
}

}  // namespace

void PackedBatch::resize(std::size_t rows, std::size_t cols) {
  rows_ = rows;
  cols_ = cols;
  data_.assign(groups() * words() * lanes, 0);
}

void PackedBatch::set_row(std::size_t r, std::span<const std::uint64_t> row) {
  std::uint32_t* word = &data_[r / lanes * words() * lanes + r % lanes];
  for (std::size_t w = 0; w < words(); ++w) word[w * lanes] = std::uint32_t(row[w / 2] >> (w % 2 * bits));
}

void PackedBatch::transpose_into(PackedBatch& result) const {
  result.resize(cols_, rows_);
  constexpr std::uint32_t no_rows[lanes] = {};
  std::uint32_t columns[bits];
  for (std::size_t w = 0; w < words(); ++w) {
    const std::size_t count = std::min(bits, cols_ - w * bits);
    for (std::size_t g = 0; g < groups(); g += 2) {
      transpose_words(group(g, w), g + 1 < groups() ? group(g + 1, w) : no_rows, columns);
      for (std::size_t b = 0; b < count; ++b) {
        const std::size_t c = w * bits + b;
        result.data_[(c / lanes * result.words() + g / 2) * lanes + c % lanes] = columns[b];
      }
    }
  }
}

void multiply(const PackedBatch& X, std::span<const float> v, std::size_t vectors, std::span<float> out) {
#ifdef __AVX512F__
  require_sizes(X, v, vectors, out);
  if (X.rows() == 0) return;
  if (X.cols() == 0) return std::fill(out.begin(), out.end(), 0.0f);
  std::size_t u = 0;
  for (; u + 3 <= vectors; u += 3) multiply_vectors<3>(X, &v[u * X.cols()], &out[u * X.rows()]);
  if (vectors - u == 2) multiply_vectors<2>(X, &v[u * X.cols()], &out[u * X.rows()]);
  if (vectors - u == 1) multiply_vectors<1>(X, &v[u * X.cols()], &out[u * X.rows()]);
#else
  multiply_portable(X, v, vectors, out);
#endif
}

void multiply_portable(const PackedBatch& X, std::span<const float> v, std::size_t vectors,
                       std::span<float> out) {
  require_sizes(X, v, vectors, out);
  std::fill(out.begin(), out.end(), 0.0f);
  for (std::size_t u = 0; u < vectors; ++u)
    for (std::size_t w = 0; w < X.words(); ++w) {
      float tables[tables_per_word][16];
      for (std::size_t t = 0; t < tables_per_word; ++t) {
        float four[4];
        load_four(v.subspan(u * X.cols(), X.cols()), w * bits + 4 * t, four);
        for (unsigned b = 0; b < 16; ++b)
          tables[t][b] = ((b & 1 ? four[0] : -four[0]) + (b & 2 ? four[1] : -four[1])) +
                         ((b & 4 ? four[2] : -four[2]) + (b & 8 ? four[3] : -four[3]));
      }
      for (std::size_t g = 0; g < X.groups(); ++g) {
        const std::uint32_t* word = X.group(g, w);
        float sum[lanes] = {};
        for (std::size_t t = 0; t < tables_per_word; ++t)
          for (std::size_t r = 0; r < lanes; ++r) sum[r] += tables[t][word[r] >> 4 * t & 15];
        for (std::size_t r = 0; r < std::min(lanes, X.rows() - g * lanes); ++r)
          out[u * X.rows() + g * lanes + r] += sum[r];
      }
    }
}

void multiply_readable(const PackedBatch& X, std::span<const float> v, std::size_t vectors,
                       std::span<float> out) {
  require_sizes(X, v, vectors, out);
  for (std::size_t u = 0; u < vectors; ++u)
    for (std::size_t r = 0; r < X.rows(); ++r) {
      double sum = 0;
      for (std::size_t c = 0; c < X.cols(); ++c) sum += X(r, c) * double(v[u * X.cols() + c]);
      out[u * X.rows() + r] = float(sum);
    }
}

}  // namespace wfm::training
