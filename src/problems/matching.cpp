#include "problems/matching.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

void require_shape(const Architecture& architecture, const Weights& w) {
  if (w.hidden != architecture.hidden || w.fan_in != architecture.fan_in() ||
      w.values.size() != std::size_t(architecture.weights()))
    throw InvalidInput(fmt::format("a configuration to match must be {} x {}, got {} x {} with {} values",
                                   architecture.hidden, architecture.fan_in(), w.hidden, w.fan_in,
                                   w.values.size()));
}

// q[k][l] = (1/n) w[k].w'[l]
Eigen::MatrixXd unit_overlaps(const Weights& a, const Weights& b) {
  const int K = a.hidden;
  Eigen::MatrixXd q(K, K);
  for (int k = 0; k < K; ++k)
    for (int l = 0; l < K; ++l)
      q(k, l) = std::inner_product(a.unit(k).begin(), a.unit(k).end(), b.unit(l).begin(), 0.0) / a.fan_in;
  return q;
}

// Signs of the matched pairs; where their product is -1 the pair with the smallest |q| gives way.
std::vector<int> even_signs(const Eigen::MatrixXd& q, const std::vector<int>& permutation) {
  const int K = int(permutation.size());
  std::vector<int> signs(permutation.size());
  int product = 1, weakest = 0;
  for (int k = 0; k < K; ++k) {
    signs[k] = q(k, permutation[k]) < 0 ? -1 : 1;
    product *= signs[k];
    if (std::abs(q(k, permutation[k])) < std::abs(q(weakest, permutation[weakest]))) weakest = k;
  }
  if (product < 0) signs[weakest] = -signs[weakest];
  return signs;
}

// best[set][f] = largest sum_{k < |set|} s[k] q[k][pi(k)] over the assignments of the first |set| units to `set` whose flips have
// parity f; the choice made last is kept to walk back.
Matching best_signed_assignment(const Eigen::MatrixXd& q) {
  struct Choice {
    double value = -infinity;
    std::int8_t partner = 0, sign = 1;
  };
  const int K = int(q.rows());
  const unsigned full = (1u << K) - 1;
  std::vector<std::array<Choice, 2>> best(std::size_t(full) + 1);
  best[0][0].value = 0;
  for (unsigned set = 1; set <= full; ++set) {
    const int k = __builtin_popcount(set) - 1;
    for (int l = 0; l < K; ++l) {
      if (!(set >> l & 1)) continue;
      for (const int sign : {1, -1})
        for (int parity = 0; parity < 2; ++parity) {
          const double value = best[set ^ 1u << l][sign > 0 ? parity : 1 - parity].value + sign * q(k, l);
          if (value > best[set][parity].value) best[set][parity] = {value, std::int8_t(l), std::int8_t(sign)};
        }
    }
  }
  Matching matching;
  matching.permutation.resize(std::size_t(K));
  matching.signs.resize(std::size_t(K));
  unsigned set = full;
  for (int k = K - 1, parity = 0; k >= 0; --k) {
    const Choice& choice = best[set][parity];
    matching.permutation[k] = choice.partner;
    matching.signs[k] = choice.sign;
    set ^= 1u << choice.partner;
    if (choice.sign < 0) parity = 1 - parity;
  }
  return matching;
}

}  // namespace

std::vector<int> best_assignment(const Eigen::MatrixXd& gain) {
  if (gain.rows() != gain.cols() || !gain.allFinite())
    throw InvalidInput(fmt::format("an assignment needs a square matrix of finite gains, got {} x {}{}",
                                   gain.rows(), gain.cols(),
                                   gain.allFinite() ? "" : " with non-finite entries"));
  // Rows enter one at a time; each time a shortest augmenting path in the reduced costs -gain - u - v (all >= 0) ends at a free
  // column. Index 0 stands for "none": rows and columns count from 1.
  const int K = int(gain.rows());
  std::vector<double> u(std::size_t(K) + 1), v(std::size_t(K) + 1);
  std::vector<int> row_of(std::size_t(K) + 1), previous(std::size_t(K) + 1);
  for (int row = 1; row <= K; ++row) {
    std::vector<double> distance(std::size_t(K) + 1, infinity);
    std::vector<bool> reached(std::size_t(K) + 1);
    row_of[0] = row;
    int column = 0;
    do {
      reached[column] = true;
      const int from = row_of[column];
      int nearest = 0;
      double step = infinity;
      for (int c = 1; c <= K; ++c) {
        if (reached[c]) continue;
        const double reduced = -gain(from - 1, c - 1) - u[from] - v[c];
        if (reduced < distance[c]) {
          distance[c] = reduced;
          previous[c] = column;
        }
        if (distance[c] < step) {
          step = distance[c];
          nearest = c;
        }
      }
      for (int c = 0; c <= K; ++c) {
        if (reached[c]) {
          u[row_of[c]] += step;
          v[c] -= step;
        } else {
          distance[c] -= step;
        }
      }
      column = nearest;
    } while (row_of[column] != 0);
    for (; column != 0; column = previous[column]) row_of[column] = row_of[previous[column]];
  }
  std::vector<int> permutation(static_cast<std::size_t>(K));
  for (int c = 1; c <= K; ++c) permutation[row_of[c] - 1] = c - 1;
  return permutation;
}

Matching best_matching(const Architecture& architecture, const Weights& a, const Weights& b) {
  validate(architecture);
  require_shape(architecture, a);
  require_shape(architecture, b);
  constexpr int most_units_exact = 16;
  const int K = architecture.hidden;
  const bool parity = architecture.machine == Machine::parity;
  const Eigen::MatrixXd q = unit_overlaps(a, b);

  Matching matching;
  if (parity && !architecture.tree && K <= most_units_exact) {
    matching = best_signed_assignment(q);
  } else {
    matching.permutation.resize(std::size_t(K));
    std::iota(matching.permutation.begin(), matching.permutation.end(), 0);
    if (!architecture.tree)
      matching.permutation = best_assignment(parity ? Eigen::MatrixXd(q.cwiseAbs()) : q);
    matching.signs.assign(std::size_t(K), 1);
    if (parity) matching.signs = even_signs(q, matching.permutation);
  }
  // q(pi, s) = (1/K) sum_k s[k] q[k][pi(k)]
  for (int k = 0; k < K; ++k) matching.overlap += matching.signs[k] * q(k, matching.permutation[k]) / K;
  matching.distance = (1 - matching.overlap) / 2;
  return matching;
}

Weights matched(const Weights& b, const Matching& matching) {
  if (matching.permutation.size() != std::size_t(b.hidden) || matching.signs.size() != std::size_t(b.hidden))
    throw InvalidInput(
        fmt::format("the matching must be of {} units, got {}", b.hidden, matching.permutation.size()));
  Weights result = b;
  for (int k = 0; k < b.hidden; ++k) {
    const auto from = b.unit(matching.permutation[k]);
    const int sign = matching.signs[k];
    std::ranges::transform(from, result.unit(k).begin(), [sign](double w) { return sign * w; });
  }
  return result;
}

}  // namespace wfm
