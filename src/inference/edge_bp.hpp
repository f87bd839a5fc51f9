// Belief propagation with one message an edge (pattern a, unit k, input i), stored as a field uhat = atanh u.
//   H_i = theta_i + sum_a uhat_{a->i},  m_{i->a} = tanh(H_i - uhat_{a->i})
//   omega = (1/sqrt n) sum_i xi_i m_{i->a},  V = (1/n) sum_i xi_i^2 (1 - m_{i->a}^2)                   (BP.1)
//   uhat_{a->i} = (1/2) ln Z(w_i = +1)/Z(w_i = -1), the weight's own part taken out of omega and V
// Messages:
//   exact         the distribution of the sum by convolution over the fan-in, O(n^2) a pattern; +-1 inputs,
//                 small n: the oracle
//   accurate      the last line above with erfc for every edge, in double precision: the readable twin
//   interpolated  the same for +-1 inputs in single precision: uhat = xi F_a(xi m), F_a a polynomial through
//                 6 Chebyshev nodes, parabolas for the frozen weights of patterns with n V < 25
// Real inputs are always `accurate`. Schedules: sequential (patterns in random order, fields follow at once)
// or parallel (all patterns from the same fields).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "inference/bethe.hpp"
#include "inference/channel.hpp"
#include "inference/external_field.hpp"
#include "inference/unit_patterns.hpp"
#include "run/algorithm.hpp"

namespace wfm::inference {

/// relaxed: those of RelaxedBp (relaxed_bp.hpp), which EdgeBp refuses.
enum class Messages { exact, accurate, interpolated, relaxed };
enum class Schedule { sequential, parallel };

class EdgeBp {
 public:
  struct Params {
    ExternalField external = NoField{};
    Messages messages = Messages::interpolated;
    Schedule schedule = Schedule::sequential;
    double damping = 0;       // uhat <- damping uhat_old + (1 - damping) uhat_new; in [0, 1)
    double tolerance = 1e-5;  // converged: max |change of m| in a sweep below this, external field at rest
    double initial_field =
        0.1;                   // standard deviation of the random first Gamma, which tells hidden units apart
    int external_updates = 1;  // updates of the external field a sweep, evenly spaced (sequential schedule)
    bool lattice = true;       // +-1 inputs: thresholds half-way between lattice values (channel.hpp)
    MajoritySum majority_sum = MajoritySum::exact;
    bool report_entropy = false;  // add the observable "entropy" (per weight); costs two sweeps a step
  };

  /// All that moves. One of the two message arrays is in use, P x K x n each, pattern after pattern.
  struct State {
    std::vector<float> messages;          // interpolated
    std::vector<double> double_messages;  // exact, accurate
    std::vector<double> cavity_field;     // M: sum_a uhat_{a->i}, the field from the patterns alone
    ExternalState external;
    double change = 0;  // max |change of m_i| in the last sweep

    template <class Visitor>
    void visit(Visitor&& v) {
      v("messages", messages);
      v("double_messages", double_messages);
      v("cavity_field", cavity_field);
      external.visit(v);
      v("change", change);
    }
  };

  /// `problem` must outlive the algorithm. Throws InvalidInput for weights that are not binary, exact
  /// messages with real inputs and parameters out of range; ResourceProblem where the messages do not fit
  /// into memory.
  EdgeBp(const Problem& problem, const Params& params);

  State start(RandomStream& random) const;
  /// One sweep over all patterns. Observables as in Amp.
  Progress step(State& state, RandomStream& random) const;
  Weights weights(const State& state) const;  // sign H

  /// Bethe free entropy (BP.3) of the current messages.
  BetheEntropy bethe(const State& state) const;
  std::vector<double> magnetisations(const State& state) const;

  const Params& params() const { return params_; }
  std::size_t edges() const {
    return patterns_.count() * std::size_t(patterns_.hidden()) * patterns_.fan_in();
  }

 private:
  template <class Real>
  class Factor;
  template <class Real>
  void sweep(State& state, std::vector<Real>& messages, RandomStream& random) const;
  template <class Real>
  double bethe_sum(const State& state, std::span<const Real> messages) const;
  void update_external(State& state) const;

  const Problem* problem_;
  Params params_;
  WeightPrior prior_;
  UnitPatterns patterns_;
  Channel channel_;
};

}  // namespace wfm::inference
