#include "training/sign_machine.hpp"

#include <fmt/format.h>

#include <string>

#include "math/error.hpp"

namespace wfm::training {
namespace {

const Problem& checked(const Problem& problem, std::string_view rule) {
  validate(problem);
  if (problem.weight_kind != WeightKind::binary)
    throw InvalidInput(fmt::format("{}: weights must be binary, given {}", rule, name(problem.weight_kind)));
  if (!problem.train.binary())
    throw InvalidInput(fmt::format("{}: inputs must be +-1, given real ones", rule));
  return problem;
}

}  // namespace

SignMachine::SignMachine(const Problem& problem, std::string_view rule)
    : problem_(&checked(problem, rule)),
      rule_(least_action(problem, rule)),
      inputs_(problem),
      least_right_{least_right_stability(problem.architecture.fan_in(), -1, rule_.unit_margin),
                   least_right_stability(problem.architecture.fan_in(), +1, rule_.unit_margin)} {}

BitMatrix SignMachine::signs(std::span<const double> h) const {
  BitMatrix packed(hidden(), fan_in());
  pack(h, packed);
  return packed;
}

void SignMachine::pack(std::span<const double> h, BitMatrix& signs) const {
  for (std::size_t k = 0; k < hidden(); ++k) pack_signs(h.subspan(k * fan_in(), fan_in()), signs.row(k));
}

Weights SignMachine::weights_of(const BitMatrix& signs) const {
  Weights w{WeightKind::binary, int(hidden()), int(fan_in()), {}};
  w.values.reserve(weights());
  for (std::size_t k = 0; k < hidden(); ++k)
    for (std::size_t i = 0; i < fan_in(); ++i) w.values.push_back(signs(k, i));
  return w;
}

void SignMachine::units_to_change(std::size_t a, const BitMatrix& signs, std::vector<int>& units) const {
  units.clear();
  std::vector<double> delta(hidden());
  for (std::size_t k = 0; k < hidden(); ++k) {
    delta[k] = double(label(a) * sum(a, k, signs));
    if (delta[k] < double(least_right_[label(a) > 0])) units.push_back(int(k));
  }
  const int missing = rule_.needed - (int(hidden()) - int(units.size()));
  if (missing > 0)
    keep_closest(delta, missing, units);
  else
    units.clear();
}

std::int64_t SignMachine::errors(const BitMatrix& signs) const {
  std::int64_t errors = 0;
  for (std::size_t a = 0; a < patterns(); ++a) {
    int right = 0;
    for (std::size_t k = 0; k < hidden(); ++k)
      right += label(a) * sum(a, k, signs) >= least_right_[label(a) > 0];
    errors += right < rule_.needed;
  }
  return errors;
}

}  // namespace wfm::training
