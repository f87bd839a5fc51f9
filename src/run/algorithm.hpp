// The contract between algorithms and the one loop that runs them.
//
// An algorithm is immutable (parameters and a reference to its problem). All that moves lives in its State, which is copyable:
// hence checkpoint, resume and warm start. Calls come in this order:
//   start(random)        once, for a fresh run; never after a resume
//   step(state, random)  until the run stops; `random` is the stream of this step alone, so that a resumed run draws the same
//   weights(state)       any time after start; the configuration that the algorithm offers now
#pragma once

#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "math/random.hpp"
#include "problems/weights.hpp"

namespace wfm {

/// What one step reports.
struct Progress {
  std::int64_t errors = -1;  // training errors of weights(state); -1: not known
  /// max |change| of the messages; NaN: has no meaning here; infinite: the run stops with numerical_issue
  double change = std::numeric_limits<double>::quiet_NaN();
  bool converged = false;  // a fixed point was reached: further steps change nothing
  bool exhausted = false;  // the algorithm's own schedule has ended
  bool failed = false;     // a non-finite number turned up: the run stops with numerical_issue
  /// named extras for the history, such as ("overlap", q)
  std::vector<std::pair<std::string, double>> observables;
};

template <class A>
concept Algorithm = requires(const A& algorithm, typename A::State& state, const typename A::State& settled,
                             RandomStream& random) {
  requires std::copyable<typename A::State>;
  { algorithm.start(random) } -> std::same_as<typename A::State>;
  { algorithm.step(state, random) } -> std::same_as<Progress>;
  { algorithm.weights(settled) } -> std::same_as<Weights>;
};

}  // namespace wfm
