// The clipped perceptron with hidden states [CP09] for +-1 weights and +-1 inputs: odd integers h behind w = sign h. On-line,
//   CP     wrong pattern:  h += 2 sigma xi   (committee: in the units that least action picks)
//   CP+R   also, at a right pattern, with probability R/sqrt n:  h += 2 sigma xi where w sigma xi > 0, which changes no weight
//          (committee: at a pattern right by the least majority, in each of its right units)
// This is SBPI (sbpi.hpp) without its look at how barely a pattern is right: SBPI's own chance of securing is about
// p_s sqrt(2/(pi n)) a pattern, so that R = 0.8 p_s does as much. CP is R = 0.
#pragma once

#include "training/sbpi.hpp"

namespace wfm::training {

struct ClippedPerceptronParams {
  double reinforcement = 0.2;    // R, in [0, sqrt n]; 0: the plain clipped perceptron
  std::int64_t start_state = 5;  // h starts uniform on the odd integers up to +-this; odd and >= 1
  std::int64_t max_state = 0;    // cap on |h|, odd and >= start_state; 0: none
};

/// Steps, progress and refusals are SBPI's.
class ClippedPerceptron {
 public:
  using Params = ClippedPerceptronParams;
  using State = Sbpi::State;

  /// Throws InvalidInput for what Sbpi refuses and for a reinforcement out of range.
  explicit ClippedPerceptron(const Problem& problem, const Params& params = {});

  State start(RandomStream& random) const { return rule_.start(random); }
  Progress step(State& state, RandomStream& random) const { return rule_.step(state, random); }
  Weights weights(const State& state) const { return rule_.weights(state); }

 private:
  Sbpi rule_;
};

}  // namespace wfm::training
