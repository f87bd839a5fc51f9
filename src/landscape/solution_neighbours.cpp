#include "landscape/solution_neighbours.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "math/error.hpp"

namespace wfm::landscape {

SolutionNeighbours solution_neighbours(std::span<const std::uint64_t> solutions, int weights, int D_max) {
  require(1 <= D_max && D_max <= weights && weights <= 64,
          fmt::format("neighbours need 1 <= D <= weights <= 64, got D = {} and {} weights", D_max, weights));
  const std::size_t last = std::size_t(D_max);
  std::vector<double> log_volume;  // ln V(D)
  double binomial = 1, volume = 1;
  for (int D = 1; D <= D_max; ++D) {
    binomial *= double(weights - D + 1) / D;
    volume += binomial;
    log_volume.push_back(std::log(volume));
  }
  SolutionNeighbours result;
  result.solutions = solutions.size();
  for (auto* values : {&result.typical, &result.densest, &result.isolated, &result.at})
    values->assign(last, solutions.empty() ? std::nan("") : 0.0);
  for (const std::uint64_t w : solutions) {
    std::array<std::uint32_t, 65> at{};
    for (const std::uint64_t other : solutions) ++at[std::size_t(std::popcount(w ^ other))];
    std::uint64_t within = 1;
    for (std::size_t D = 1; D <= last; ++D) {
      within += at[D];
      const double share = std::log(double(within)) / log_volume[D - 1];
      result.typical[D - 1] += share;
      result.densest[D - 1] = std::max(result.densest[D - 1], share);
      result.isolated[D - 1] += within == 1 ? 1 : 0;
      result.at[D - 1] += at[D];
    }
  }
  for (auto* values : {&result.typical, &result.isolated, &result.at})
    for (double& value : *values) value /= double(solutions.size());
  return result;
}

}  // namespace wfm::landscape
