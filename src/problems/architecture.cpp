#include "problems/architecture.hpp"

#include <cmath>
#include <cstdint>
#include <limits>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm {

void validate(const Architecture& architecture) {
  const auto& [machine, tree, inputs, hidden] = architecture;
  if (inputs < 1) throw InvalidInput(fmt::format("an architecture needs inputs >= 1, got {}", inputs));
  if (hidden < 1) throw InvalidInput(fmt::format("an architecture needs hidden >= 1, got {}", hidden));
  if (machine == Machine::perceptron && hidden != 1)
    throw InvalidInput(fmt::format("a perceptron has one unit, got hidden = {}", hidden));
  if (machine == Machine::committee && hidden % 2 == 0)
    throw InvalidInput(fmt::format("a committee needs an odd number of hidden units, got {}", hidden));
  if (tree && inputs % hidden != 0)
    throw InvalidInput(fmt::format(
        "the {} hidden units of a tree must share the inputs evenly, got inputs = {}", hidden, inputs));
  const std::int64_t weights = std::int64_t{hidden} * (tree ? inputs / hidden : inputs);
  constexpr int most = std::numeric_limits<int>::max();
  if (weights > most)
    throw InvalidInput(
        fmt::format("an architecture has at most {} weights, got hidden x fan-in = {}", most, weights));
}

std::string_view name(Machine machine) {
  switch (machine) {
    case Machine::perceptron:
      return "perceptron";
    case Machine::committee:
      return "committee";
    case Machine::parity:
      return "parity";
  }
  throw InvalidInput(fmt::format("no such machine: {}", int(machine)));
}

Machine machine_from_name(std::string_view name) {
  if (name == "perceptron") return Machine::perceptron;
  if (name == "committee") return Machine::committee;
  if (name == "parity") return Machine::parity;
  throw InvalidInput(fmt::format("a machine is perceptron, committee or parity, got '{}'", name));
}

double field(const Architecture& architecture, std::span<const double> h) {
  if (architecture.machine == Machine::perceptron) return h[0];
  int sum = 0, product = 1;
  for (const double preactivation : h) {
    const int tau = preactivation >= 0 ? 1 : -1;
    sum += tau;
    product *= tau;
  }
  return architecture.machine == Machine::parity ? product : sum / std::sqrt(double(architecture.hidden));
}

bool satisfied(double field, int label, double margin) {
  if (margin == 0) return (field >= 0) == (label > 0);
  constexpr double rounding =
      1e-12;  // relative: fields are integers over sqrt(n) and equal kappa to a few ulp
  return label * field >= margin * (1 - rounding);
}

}  // namespace wfm
