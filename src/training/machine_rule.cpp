#include "training/machine_rule.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::training {

MachineRule machine_rule(const Problem& problem, std::string_view rule) {
  const Architecture& architecture = problem.architecture;
  if (architecture.machine != Machine::parity)
    return {architecture.machine, architecture.hidden, least_action(problem, rule)};
  if (!wfm::satisfied(1, 1, problem.margin))
    throw InvalidInput(
        fmt::format("{}: a parity machine reaches margins up to 1, given {}", rule, problem.margin));
  return {architecture.machine, architecture.hidden, {}};
}

double unit_excess(double h, int label, double margin) {
  const double x = label * h - margin;
  if (satisfied(h, label, margin)) return std::max(x, 0.);
  return std::min(x, -std::numeric_limits<double>::min());
}

double pattern_stability(const MachineRule& rule, int label, std::span<const double> x,
                         std::vector<double>& scratch) {
  if (rule.machine == Machine::perceptron) return x[0];
  const int right = int(std::count_if(x.begin(), x.end(), [](double excess) { return excess >= 0; }));
  const bool satisfied = rule.satisfied(label, right);
  scratch.clear();
  for (const double excess : x)
    if (rule.machine == Machine::parity || (excess >= 0) == satisfied) scratch.push_back(std::abs(excess));
  const int turned = rule.turned(satisfied, right);
  std::partial_sort(scratch.begin(), scratch.begin() + turned, scratch.end());
  const double change = std::accumulate(scratch.begin(), scratch.begin() + turned, 0.);
  return satisfied ? change : std::min(-change, -std::numeric_limits<double>::min());
}

}  // namespace wfm::training
