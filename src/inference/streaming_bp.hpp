// Streaming belief propagation: the patterns come in batches, and the posterior of a batch is the prior of the next [DeepMP22].
// For each batch, a few passes of layer_messages.hpp with prior fields theta, then
//   theta <- rho (theta + H),   w = sign theta                                                                           (SBP.1)
// A pattern that comes again counts again, which sharpens theta as reinforcement does; fields end at +-40. rho < 1 forgets.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "inference/layer_messages.hpp"
#include "problems/problem.hpp"
#include "run/algorithm.hpp"

namespace wfm::inference {

struct StreamingBpParams {
  std::int64_t batch = 128;     // patterns in a batch; 0: all
  std::int64_t iterations = 1;  // passes over a batch
  double memory = 1;            // rho, in (0, 1]
  double damping = 0;           // share of the old H kept in a pass, [0, 1)
  double initial_field = 0.1;   // standard deviation of the first theta: tells hidden units apart
};

struct StreamingBpState {
  std::vector<double> theta;  // one a weight, layer after layer, unit after unit

  template <class Visitor>
  void visit(Visitor&& v) {
    v("theta", theta);
  }
};

/// Throws InvalidInput for parameters out of range.
void validate(const StreamingBpParams& params);

/// One epoch: every pattern once, in random batches. False where a field is no longer finite.
bool streaming_epoch(const LayerStack& stack, const StreamingBpParams& params, const Patterns& patterns,
                     double margin, std::span<double> theta, RandomStream& random);

/// Binary weights; the perceptron and the fully connected committee. Refers to the problem, which must outlive it.
class StreamingBp {
 public:
  using Params = StreamingBpParams;
  using State = StreamingBpState;

  /// Throws InvalidInput for spherical weights, trees, parity machines, a margin with hidden units, and parameters out of range.
  explicit StreamingBp(const Problem& problem, const Params& params = {});

  State start(RandomStream& random) const;  // normal fields
  Progress step(State& state, RandomStream& random) const;
  Weights weights(const State& state) const;  // sign theta

 private:
  const Problem* problem_;
  Params params_;
  LayerStack stack_;
};

}  // namespace wfm::inference
