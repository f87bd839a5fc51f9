// What Monte Carlo asks of an energy of +-1 weights: it tells the change of E that flipping one weight would make, and follows a flip.
//   configuration(w)   once for a new or resumed run: everything cached about w
//   change(c, m)       E(w with weight m flipped) - E(w); any time, c stays as it is
//   changes(c, out)    the same for all weights at once
//   flip(c, m)         weight m changes its sign; what `value`, `errors` and `change` told before is void
// Weight m = k n + i is weight i of unit k. All answers are functions of w alone (with real inputs to rounding), whatever the flips
// before: a run that goes on from w alone ends as one that went on from the cached configuration.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "problems/problem.hpp"

namespace wfm::training {

using Spins = std::vector<std::int8_t>;  // M values +-1

template <class E>
concept FlipEnergy = requires(const E& energy, const typename E::Configuration& settled,
                              typename E::Configuration& moving, Spins spins, std::size_t m,
                              std::span<double> out) {
  requires std::copyable<typename E::Configuration>;
  {
    E::exact
    } -> std::convertible_to<bool>;  // false: cached sums collect rounding errors, start anew now and then
  { energy.problem() } -> std::same_as<const Problem&>;
  { energy.configuration(std::move(spins)) } -> std::same_as<typename E::Configuration>;
  { settled.spins } -> std::same_as<const Spins&>;
  { energy.value(settled) } -> std::same_as<double>;         // E
  { energy.errors(settled) } -> std::same_as<std::int64_t>;  // training errors at the problem's margin
  { energy.change(settled, m) } -> std::same_as<double>;
  { energy.changes(settled, out) } -> std::same_as<void>;
  { energy.flip(moving, m) } -> std::same_as<void>;
};

}  // namespace wfm::training
