// Relaxed belief propagation: Gaussian messages on edges. The message of pattern a to weight i of unit k is
// exp(uhat w - D w^2/2), from the expansion of ln Z_a to second order around the cavity mean; weights of either
// kind, inputs +-1 or real, also correlated ones where AMP, the limit of independent inputs, diverges.
//   H_i = theta_i + sum_a uhat_{a->i},  b_i = rho_i + sum_a xi_ai^2 D_ak/n + a_k
//   m_{i->a}, v_{i->a}: posterior without pattern a, (H_i - uhat_{a->i})/b and 1/b, b = b_i - xi_ai^2 D_ak/n
//   omega_ak = (1/sqrt n) sum_i xi_ai m_{i->a},  V_ak = (1/n) sum_i xi_ai^2 v_{i->a}                     (BP.1)
//   uhat_{a->i} = xi_ai g_ak/sqrt n + (xi_ai^2/n) D_ak m_{i->a},  D_ak = -dg_ak/d omega_ak               (BP.6)
// Binary weights: m = tanh(H_i - uhat), v = 1 - m^2. Patterns come in random order and fields follow at once
// (sequential schedule). The multipliers a_k of the spheres and the external field follow `external_updates`
// times a sweep.
#pragma once

#include <span>
#include <vector>

#include "inference/bethe.hpp"
#include "inference/channel.hpp"
#include "inference/edge_bp.hpp"
#include "inference/external_field.hpp"
#include "inference/unit_patterns.hpp"
#include "run/algorithm.hpp"

namespace wfm::inference {

class RelaxedBp {
 public:
  struct Params {
    ExternalField external = NoField{};
    double damping = 0;       // share of the old uhat and D kept; in [0, 1)
    double tolerance = 1e-6;  // converged: max |change of m| in a sweep below this, external field at rest
    double initial_field =
        0.1;  // standard deviation of the random first Gamma, which tells hidden units apart
    int external_updates = 10;  // updates of the external field and of the spheres a sweep, evenly spaced
    bool lattice = true;        // +-1 inputs and weights: thresholds half-way between lattice values
    MajoritySum majority_sum = MajoritySum::exact;
    bool report_entropy = false;  // add the observable "entropy" (per weight); costs two sweeps a step
  };

  struct State {
    std::vector<double> messages;          // P x K x n: uhat, pattern after pattern
    std::vector<double> curvature;         // P x K: D
    std::vector<double> cavity_field;      // M: sum_a uhat_{a->i}
    std::vector<double> cavity_precision;  // M: sum_a xi_ai^2 D_ak/n
    ExternalState external;
    double change = 0;  // max |change of m_i| in the last sweep

    template <class Visitor>
    void visit(Visitor&& v) {
      v("messages", messages);
      v("curvature", curvature);
      v("cavity_field", cavity_field);
      v("cavity_precision", cavity_precision);
      external.visit(v);
      v("change", change);
    }
  };

  /// The knobs that both have.
  static Params from_edge_params(const EdgeBp::Params& params);

  /// `problem` must outlive the algorithm. Throws InvalidInput for parameters out of range, ResourceProblem
  /// where the messages do not fit into memory.
  RelaxedBp(const Problem& problem, const Params& params);

  State start(RandomStream& random) const;
  /// One sweep over all patterns. Observables as in Amp.
  Progress step(State& state, RandomStream& random) const;
  Weights weights(const State& state) const;

  /// Bethe free entropy (BP.7) of the current messages.
  BetheEntropy bethe(const State& state) const;
  std::vector<double> magnetisations(const State& state) const;

  const Params& params() const { return params_; }
  std::size_t edges() const { return patterns_.count() * prior_.size(); }

 private:
  class Sweep;
  TotalMessages total(const State& state) const;

  const Problem* problem_;
  Params params_;
  WeightPrior prior_;
  UnitPatterns patterns_;
  Channel channel_;
};

}  // namespace wfm::inference
