#include "landscape/solution_neighbours.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

#include "math/error.hpp"
#include "math/statistics.hpp"
#include "problems/enumeration.hpp"
#include "problems/solution_list.hpp"
#include "problems/storage.hpp"

namespace wfm::landscape {
namespace {

// 000, 001, 011 of three weights: V = 4, 7, 8.
TEST(SolutionNeighbours, OfThreeSolutions) {
  const std::vector<std::uint64_t> solutions{0, 1, 3};
  const auto found = solution_neighbours(solutions, 3, 3);
  EXPECT_EQ(found.solutions, 3u);
  const double two = std::log(2.0), three = std::log(3.0);
  EXPECT_NEAR(found.typical[0], (2 * two + three) / 3 / std::log(4.0), 1e-15);
  EXPECT_NEAR(found.densest[0], three / std::log(4.0), 1e-15);
  EXPECT_NEAR(found.typical[1], three / std::log(7.0), 1e-15);
  EXPECT_NEAR(found.at[0], 4 / 3.0, 1e-15);
  EXPECT_NEAR(found.at[1], 2 / 3.0, 1e-15);
  EXPECT_EQ(found.at[2], 0);
  EXPECT_EQ(found.isolated[0], 0);
}

TEST(SolutionNeighbours, AreIsolatedOrEverywhere) {
  const auto alone = solution_neighbours(std::vector<std::uint64_t>{5, 5 ^ 7}, 3, 3);
  EXPECT_EQ(alone.typical[1], 0);
  EXPECT_EQ(alone.densest[1], 0);
  EXPECT_EQ(alone.isolated[1], 1);
  EXPECT_EQ(alone.isolated[2], 0);
  std::vector<std::uint64_t> all;
  for (std::uint64_t w = 0; w < 64; ++w) all.push_back(w);
  for (const double share : solution_neighbours(all, 6, 6).typical) EXPECT_NEAR(share, 1, 1e-15);
  EXPECT_TRUE(std::isnan(solution_neighbours({}, 6, 2).typical[0]));
  EXPECT_THROW(solution_neighbours(all, 6, 7), InvalidInput);
  EXPECT_THROW(solution_neighbours(all, 6, 0), InvalidInput);
}

// tau tau' of two weight vectors of n odd entries that differ in D, averaged over +-1 inputs:
//   x = sum over the n - D equal entries, y = over the others;  tau tau' = sign((x + y)(x - y)) = sign(x^2 - y^2)
double sign_correlation(int n, int D) {
  const auto binomial = [](int total, int chosen) {
    return std::exp(std::lgamma(total + 1) - std::lgamma(chosen + 1) - std::lgamma(total - chosen + 1));
  };
  double sum = 0;
  for (int a = 0; a <= n - D; ++a)
    for (int b = 0; b <= D; ++b) {
      const int x = 2 * a - (n - D), y = 2 * b - D;
      sum += binomial(n - D, a) * binomial(D, b) * (std::abs(x) > std::abs(y) ? 1 : -1);
    }
  return sum / std::pow(2.0, n);
}

// Labels of a parity machine say nothing about single weights: the mean numbers are exact at every N and P,
//   E[pairs at D flips] = 2^N sum_{D_1 + D_2 = D} prod_k binomial(n, D_k) ((1 + prod_k <tau_k tau_k'>) / 4)^P,   E[solutions] = 2^{N-P}
TEST(SolutionNeighbours, OfParityMachinesHaveTheirExactMeanNumber) {
  constexpr int n = 7, N = 2 * n, P = 8, instances = 400;
  for (const int D : {1, 2, 4}) {
    double expected = 0;
    for (int first = std::max(0, D - n); first <= std::min(D, n); ++first) {
      const double ways = std::tgamma(n + 1) / std::tgamma(first + 1) / std::tgamma(n - first + 1) *
                          std::tgamma(n + 1) / std::tgamma(D - first + 1) / std::tgamma(n - D + first + 1);
      const double both = (1 + sign_correlation(n, first) * sign_correlation(n, D - first)) / 4;
      expected += std::pow(2.0, N) * ways * std::pow(both, P);
    }
    std::vector<double> pairs, numbers;
    for (std::uint64_t j = 0; j < instances; ++j) {
      const auto solutions = list_solutions(
          make_storage({Machine::parity, true, N, 2}, WeightKind::binary, P / double(N), 1000 + j));
      numbers.push_back(double(solutions.size()));
      pairs.push_back(solutions.empty()
                          ? 0.0
                          : numbers.back() * solution_neighbours(solutions, N, 4).at[std::size_t(D - 1)]);
    }
    const MeanAndError pair = mean_and_error(pairs), number = mean_and_error(numbers);
    EXPECT_NEAR(pair.mean, expected, 4 * pair.standard_error) << D;
    EXPECT_LT(pair.standard_error, 0.06 * expected) << D;
    EXPECT_NEAR(number.mean, std::pow(2.0, N - P), 4 * number.standard_error);
  }
}

}  // namespace
}  // namespace wfm::landscape
