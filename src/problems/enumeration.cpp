// The configurations are cut into blocks: the last L <= 8 weights, all in the last unit, run through their 2^L values inside a
// block; the others ("outer" weights) follow a Gray code from block to block. What a pattern asks of a block is that the last unit's
// sum high + low[c] is on one side of a threshold; low[c] takes few values, so the block keeps their ranks in bytes and the
// question becomes rank[a][c] >= cut or rank[a][c] < cut, 64 configurations an instruction.
#include "problems/enumeration.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/parallel.hpp"

namespace wfm {

namespace {

constexpr int most_weights = 30;
constexpr int most_block_weights = 8;  // ranks fit a byte
constexpr int most_chunk_weights = 8;  // outer weights that are fixed within one piece of parallel work
constexpr double most_field = 300;     // sum |h|: exp(-2 sum |h|) stays a normal number

void require_valid(const Problem& problem, const EnumerationParams& params) {
  validate(problem);
  if (problem.weight_kind != WeightKind::binary)
    throw InvalidInput(
        fmt::format("only binary weights can be enumerated, got {}", name(problem.weight_kind)));
  const int M = problem.architecture.weights();
  if (M > most_weights)
    throw InvalidInput(fmt::format("at most {} weights can be enumerated, got {}", most_weights, M));
  if (params.reference) {
    validate(*params.reference);
    const Weights& w = *params.reference;
    if (w.kind != WeightKind::binary || w.hidden != problem.architecture.hidden ||
        w.fan_in != problem.architecture.fan_in())
      throw InvalidInput(fmt::format("the reference must be binary and {} x {}, got {} and {} x {}",
                                     problem.architecture.hidden, problem.architecture.fan_in(), name(w.kind),
                                     w.hidden, w.fan_in));
  }
  if (params.fields.empty()) return;
  if (params.fields.size() != std::size_t(M))
    throw InvalidInput(fmt::format("one field a weight is needed, {}, got {}", M, params.fields.size()));
  double total = 0;
  for (const double h : params.fields) total += std::abs(h);
  if (!(total <= most_field))
    throw InvalidInput(fmt::format("the fields' sum |h| must be at most {}, got {}", most_field, total));
}

enum class Ask : std::uint8_t { nothing, plus, minus, impossible };  // of the last unit's sign

// Everything that does not move during the enumeration.
struct Layout {
  const Architecture architecture;
  const double margin;
  const std::size_t P;
  const int M, n, L, outer;  // weights, fan-in, block weights, outer weights = M - L
  const std::vector<std::int8_t> labels;
  std::vector<double> inputs;       // N x P: input i of all patterns
  std::vector<double> low_values;   // P x 2^L: the value_count[a] different values of low[a], increasing
  std::vector<int> value_count;     // P
  std::vector<std::uint8_t> ranks;  // P x 2^L: low[a][c] is low_values[a][ranks[a][c]]
  std::vector<Ask> asks;  // 2 x (2K + 1): of the last unit, by label and by the other units' sum or product
  std::vector<std::uint8_t> reference;  // M: bits, empty without
  std::vector<double> fields;           // M, empty without
  std::vector<double> block_factors;    // 2^L: exp(sum over block weights of h w - |h|)

  Layout(const Problem& problem, const EnumerationParams& params)
      : architecture(problem.architecture),
        margin(problem.margin),
        P(problem.train.count()),
        M(architecture.weights()),
        n(architecture.fan_in()),
        L(std::min(n, most_block_weights)),
        outer(M - L),
        labels(problem.train.labels),
        fields(params.fields) {
    copy_inputs(problem.train);
    rank_low_sums();
    tabulate_asks();
    if (params.reference)
      for (const double w : params.reference->values) reference.push_back(w > 0);
    if (!fields.empty())
      for (std::size_t c = 0; c < block(); ++c) {
        double exponent = 0;
        for (int b = 0; b < L; ++b)
          exponent += (c >> b & 1 ? 1 : -1) * fields[outer + b] - std::abs(fields[outer + b]);
        block_factors.push_back(std::exp(exponent));
      }
  }

  std::size_t block() const { return std::size_t{1} << L; }
  const double* input(
      int weight) const {  // xi[a][i] of all patterns, i the input that this weight multiplies
    return inputs.data() + std::size_t(architecture.first_input(weight / n) + weight % n) * P;
  }
  std::size_t ask_index(int label, int others) const {
    const int row = label > 0 ? 2 * architecture.hidden + 1 : 0;
    return std::size_t(row) + std::size_t(others + architecture.hidden);
  }

 private:
  void copy_inputs(const Patterns& patterns) {
    inputs.resize(std::size_t(architecture.inputs) * P);
    for (std::size_t i = 0; i < std::size_t(architecture.inputs); ++i)
      for (std::size_t a = 0; a < P; ++a) inputs[i * P + a] = patterns(a, i);
  }

  // low[a][c] = sum over block weights of w[b](c) xi[a][b], w[b] = +1 where bit b of c is set
  void rank_low_sums() {
    ranks.resize(P * block());
    low_values.resize(P * block());
    value_count.resize(P);
    std::vector<double> low(block());
    for (std::size_t a = 0; a < P; ++a) {
      std::ranges::fill(low, 0.0);
      for (int b = 0; b < L; ++b)
        for (std::size_t c = 0; c < block(); ++c) low[c] += (c >> b & 1 ? 1 : -1) * input(outer + b)[a];
      const auto values = std::span(low_values).subspan(a * block(), block());
      std::ranges::copy(low, values.begin());
      std::ranges::sort(values);
      const auto end = std::unique(values.begin(), values.end());
      value_count[a] = int(end - values.begin());
      for (std::size_t c = 0; c < block(); ++c)
        ranks[a * block() + c] = std::uint8_t(std::lower_bound(values.begin(), end, low[c]) - values.begin());
    }
  }

  // What a label needs of the last unit's tau, given sum (committee) or product (parity) of the other units' taus.
  void tabulate_asks() {
    const int K = architecture.hidden;
    asks.resize(2 * (2 * std::size_t(K) + 1));
    for (const int label : {-1, 1})
      for (int others = -K; others <= K; ++others) {
        const auto works = [&](int tau) {
          const double f =
              architecture.machine == Machine::parity ? others * tau : (others + tau) / std::sqrt(double(K));
          return satisfied(f, label, margin);
        };
        asks[ask_index(label, others)] =
            works(1) ? (works(-1) ? Ask::nothing : Ask::plus) : (works(-1) ? Ask::minus : Ask::impossible);
      }
  }
};

// What one piece of parallel work finds.
struct Tally {
  std::uint64_t solutions = 0;
  std::vector<std::uint64_t> at_distance;  // M + 1
  std::vector<std::uint64_t> plus;         // M: solutions with w[i] = +1
  double weighted = 0;                     // sum over solutions of exp(sum_i h w - |h|)
  std::vector<double> weighted_plus;       // M
};

// Walks through the blocks whose first outer weights are given by the bits of `chunk`.
class Walk {
 public:
  Walk(const Layout& layout, int chunk_weights, std::size_t chunk)
      : layout_(layout),
        K_(layout.architecture.hidden),
        chunk_weights_(chunk_weights),
        bits_(std::size_t(layout.M)),
        sums_(std::size_t(K_) * layout.P),
        others_(layout.P),
        alive_(layout.block()),
        rows_(layout.reference.empty() ? 1 : layout.outer + 1),
        counts_(rows_ * layout.block()),
        weighted_(layout.fields.empty() ? 0 : layout.block()) {
    for (int i = 0; i < chunk_weights; ++i) bits_[i] = chunk >> i & 1;
    for (int i = 0; i < layout.outer; ++i) {
      for (std::size_t a = 0; a < layout.P; ++a)
        sums_[std::size_t(i / layout.n) * layout.P + a] += (bits_[i] ? 1 : -1) * layout.input(i)[a];
      if (!layout.reference.empty()) distance_ += bits_[i] != layout.reference[i];
      if (!layout.fields.empty())
        exponent_ += (bits_[i] ? 1 : -1) * layout.fields[i] - std::abs(layout.fields[i]);
    }
    const bool parity = layout.architecture.machine == Machine::parity;
    for (std::size_t a = 0; a < layout.P; ++a) {
      others_[a] = parity ? 1 : 0;
      for (int k = 0; k + 1 < K_; ++k) {
        const int tau = sums_[std::size_t(k) * layout.P + a] >= 0 ? 1 : -1;
        others_[a] = parity ? others_[a] * tau : others_[a] + tau;
      }
    }
    tally_.at_distance.resize(std::size_t(layout.M) + 1);
    tally_.plus.resize(std::size_t(layout.M));
    tally_.weighted_plus.resize(std::size_t(layout.M));
  }

  Tally all_blocks() {
    count_block();
    const std::uint64_t blocks = std::uint64_t{1} << (layout_.outer - chunk_weights_);
    for (std::uint64_t t = 1; t < blocks; ++t) {
      flip(layout_.outer - 1 - std::countr_zero(t));
      count_block();
    }
    sum_up();
    return std::move(tally_);
  }

 private:
  void flip(int i) {
    bits_[i] ^= 1;
    const int w = bits_[i] ? 1 : -1, k = i / layout_.n;
    const bool parity = layout_.architecture.machine == Machine::parity, last = k + 1 == K_;
    const double* xi = layout_.input(i);
    double* sum = sums_.data() + std::size_t(k) * layout_.P;
    if (last) {
      for (std::size_t a = 0; a < layout_.P; ++a) sum[a] += 2 * w * xi[a];
    } else {
      for (std::size_t a = 0; a < layout_.P; ++a) {
        const int before = sum[a] >= 0 ? 1 : -1;
        sum[a] += 2 * w * xi[a];
        const int after = sum[a] >= 0 ? 1 : -1;
        others_[a] = parity ? others_[a] * before * after : others_[a] + after - before;
      }
    }
    if (!layout_.reference.empty()) distance_ += bits_[i] != layout_.reference[i] ? 1 : -1;
    if (!layout_.fields.empty()) exponent_ += 2 * w * layout_.fields[i];
  }

  // Number of different low values v of pattern a, from the smallest, for which rule(high + v) holds; it must hold for these first.
  template <class Rule>
  int cut(std::size_t a, Rule rule) const {
    const double high = sums_[std::size_t(K_ - 1) * layout_.P + a];
    const double* values = layout_.low_values.data() + a * layout_.block();
    return int(std::partition_point(values, values + layout_.value_count[a],
                                    [&](double v) { return rule(high + v); }) -
               values);
  }

  // Keeps the configurations of the block that satisfy pattern a.
  void apply(std::size_t a) {
    const int label = layout_.labels[a];
    Ask ask = label > 0 ? Ask::plus : Ask::minus;
    int at = 0;
    if (layout_.architecture.machine == Machine::perceptron) {
      const double norm = std::sqrt(double(layout_.n));
      if (label > 0)
        at = cut(a, [&](double h) { return !satisfied(h / norm, 1, layout_.margin); });
      else
        at = cut(a, [&](double h) { return satisfied(h / norm, -1, layout_.margin); });
    } else {
      ask = layout_.asks[layout_.ask_index(label, others_[a])];
      if (ask == Ask::nothing) return;
      if (ask != Ask::impossible) at = cut(a, [](double h) { return h < 0; });
    }
    const std::size_t B = layout_.block();
    const std::uint8_t* rank = layout_.ranks.data() + a * B;
    std::uint8_t* alive = alive_.data();
    const int all = layout_.value_count[a];
    if (ask == Ask::impossible || (ask == Ask::plus ? at == all : at == 0)) {
      std::ranges::fill(alive_, std::uint8_t{0});
    } else if (ask == Ask::plus) {
      const auto least = std::uint8_t(at);
      if (at > 0)
        for (std::size_t c = 0; c < B; ++c) alive[c] &= rank[c] >= least;
    } else if (at < all) {
      const auto below = std::uint8_t(at);
      for (std::size_t c = 0; c < B; ++c) alive[c] &= rank[c] < below;
    }
  }

  bool any_alive() const {
    std::uint8_t any = 0;
    for (const std::uint8_t alive : alive_) any |= alive;
    return any != 0;
  }

  void count_block() {
    std::ranges::fill(alive_, std::uint8_t{1});
    for (std::size_t a = 0; a < layout_.P; ++a) {
      apply(a);
      if (a % 4 == 3 && !any_alive()) return;
    }
    std::uint32_t found = 0;
    for (const std::uint8_t alive : alive_) found += alive;
    if (found == 0) return;
    const std::size_t B = layout_.block();
    std::uint32_t* counts = counts_.data() + std::size_t(distance_) * B;
    for (std::size_t c = 0; c < B; ++c) counts[c] += alive_[c];
    for (int i = 0; i < layout_.outer; ++i) tally_.plus[i] += bits_[i] ? found : 0;
    if (layout_.fields.empty()) return;
    const double factor = std::exp(exponent_);
    double sum = 0;
    for (std::size_t c = 0; c < B; ++c) {
      const double weight = alive_[c] * factor * layout_.block_factors[c];
      weighted_[c] += weight;
      sum += weight;
    }
    for (int i = 0; i < layout_.outer; ++i) tally_.weighted_plus[i] += bits_[i] ? sum : 0;
  }

  void sum_up() {
    const std::size_t B = layout_.block();
    for (std::size_t row = 0; row < rows_; ++row)
      for (std::size_t c = 0; c < B; ++c) {
        const std::uint64_t found = counts_[row * B + c];
        std::size_t distance = row;
        for (int b = 0; b < layout_.L; ++b) {
          const unsigned bit = c >> b & 1;
          tally_.plus[layout_.outer + b] += bit ? found : 0;
          if (!layout_.reference.empty()) distance += bit != layout_.reference[layout_.outer + b];
        }
        tally_.solutions += found;
        if (!layout_.reference.empty()) tally_.at_distance[distance] += found;
      }
    for (std::size_t c = 0; c < weighted_.size(); ++c) {
      tally_.weighted += weighted_[c];
      for (int b = 0; b < layout_.L; ++b)
        tally_.weighted_plus[layout_.outer + b] += c >> b & 1 ? weighted_[c] : 0;
    }
  }

  const Layout& layout_;
  const int K_, chunk_weights_;
  std::vector<std::uint8_t> bits_;   // M: outer weights, +1 as 1
  std::vector<double> sums_;         // K x P: sum of w xi over the outer weights of each unit
  std::vector<int> others_;          // P: sum or product of the taus of all units but the last
  std::vector<std::uint8_t> alive_;  // 2^L: does this configuration of the block satisfy the patterns so far?
  int distance_ = 0;                 // of the outer weights from the reference
  double exponent_ = 0;              // sum over outer weights of h w - |h|
  std::size_t rows_;                 // outer distances told apart
  std::vector<std::uint32_t>
      counts_;                    // rows x 2^L: solutions by outer distance and by configuration of the block
  std::vector<double> weighted_;  // 2^L: the same with the field's weight
  Tally tally_;
};

double log_or_minus_infinity(double x) {
  return x > 0 ? std::log(x) : -std::numeric_limits<double>::infinity();
}

}  // namespace

Enumeration enumerate(const Problem& problem, const EnumerationParams& params) {
  require_valid(problem, params);
  const Layout layout(problem, params);
  const std::size_t M = std::size_t(layout.M);
  const int chunk_weights = std::min(layout.outer, most_chunk_weights);
  std::vector<Tally> tallies(std::size_t{1} << chunk_weights);
  parallel_for(tallies.size(), params.threads,
               [&](std::size_t chunk) { tallies[chunk] = Walk(layout, chunk_weights, chunk).all_blocks(); });

  Enumeration result;
  if (params.reference) result.at_distance.assign(M + 1, 0);
  std::vector<double> plus(M);
  double weighted = 0;
  for (const Tally& tally : tallies) {
    result.solutions += tally.solutions;
    weighted += tally.weighted;
    for (std::size_t d = 0; d < result.at_distance.size(); ++d) result.at_distance[d] += tally.at_distance[d];
    for (std::size_t i = 0; i < M; ++i)
      plus[i] += layout.fields.empty() ? double(tally.plus[i]) : tally.weighted_plus[i];
  }
  double field_sum = 0;
  for (const double h : layout.fields) field_sum += std::abs(h);
  result.log_count = log_or_minus_infinity(double(result.solutions));
  result.log_partition =
      layout.fields.empty() ? result.log_count : field_sum + log_or_minus_infinity(weighted);
  // <w> = 2 Z(w = +1)/Z - 1
  const double Z = layout.fields.empty() ? double(result.solutions) : weighted;
  for (std::size_t i = 0; i < M; ++i) {
    const double m = result.solutions > 0 ? 2 * plus[i] / Z - 1 : std::numeric_limits<double>::quiet_NaN();
    result.magnetisations.push_back(m);
    result.mean_overlap += m * m / double(M);
  }
  return result;
}

std::vector<double> local_entropies(const Enumeration& enumeration) {
  std::vector<double> entropies;
  const double M = double(enumeration.magnetisations.size());
  for (const std::uint64_t count : enumeration.at_distance)
    entropies.push_back(log_or_minus_infinity(double(count)) / M);
  return entropies;
}

}  // namespace wfm
