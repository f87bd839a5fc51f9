#include "training/least_action.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::training {

LeastAction least_action(const Problem& problem, std::string_view rule) {
  const int K = problem.architecture.hidden;
  if (problem.architecture.machine == Machine::perceptron) return {1, problem.margin};
  if (problem.architecture.machine != Machine::committee)
    throw InvalidInput(fmt::format("{}: the machine must be a perceptron or a committee, given {}", rule,
                                   name(problem.architecture.machine)));
  for (int right = 0; right <= K; ++right)
    if (satisfied((2 * right - K) / std::sqrt(double(K)), 1, problem.margin)) return {right, 0};
  throw InvalidInput(
      fmt::format("{}: a committee of {} units reaches margins up to sqrt(hidden) = {:.4g}, given {}", rule,
                  K, std::sqrt(double(K)), problem.margin));
}

std::int64_t least_right_stability(int n, int label, double margin) {
  std::int64_t delta = std::int64_t(std::min(margin * std::sqrt(double(n)), n + 2.)) - 4;
  if ((delta - n) % 2 != 0) --delta;
  while (delta <= n && !satisfied(label * double(delta) / std::sqrt(double(n)), label, margin)) delta += 2;
  return delta;
}

void keep_closest(std::span<const double> stability, int count, std::vector<int>& wrong) {
  const auto closer = [&](int k, int l) {
    return stability[std::size_t(k)] != stability[std::size_t(l)]
               ? stability[std::size_t(k)] > stability[std::size_t(l)]
               : k < l;
  };
  std::partial_sort(wrong.begin(), wrong.begin() + count, wrong.end(), closer);
  wrong.resize(std::size_t(count));
}

}  // namespace wfm::training
