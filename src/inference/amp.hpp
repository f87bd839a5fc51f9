// Approximate message passing for binary weights: a field per weight, a force per pattern and unit: O(M + PK)
// memory. Per iteration, for unit k with fan-in n and inputs X (P x n):
//   V_k = (1/n) sum_i (1 - m_i^2)            [real inputs: V_ak = (1/n) sum_i xi_ai^2 (1 - m_i^2)]
//   omega_ak = (1/sqrt n) sum_i xi_ai m_i - V_k g_ak(old),  g_ak = d ln Z_a/d omega_ak
//   Lambda_k = -(1/n) sum_a dg_ak/d omega_ak [real inputs: Lambda_i = -(1/n) sum_a xi_ai^2 dg_ak/d omega_ak]
//   Gamma_i = (1/sqrt n) sum_a xi_ai g_ak + Lambda_k m_i,  m_i = tanh(Gamma_i + theta_i)              (AMP.1)
// theta is the external field (external_field.hpp). Reinforcement makes it a solver.
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

class Amp {
 public:
  struct Params {
    ExternalField external = Reinforcement{};
    double damping = 0;       // m <- damping m_old + (1 - damping) m_new; in [0, 1)
    double tolerance = 1e-6;  // converged: max |change of m| below this, external field at rest
    double initial_field =
        0.1;              // standard deviation of the random first Gamma, which tells hidden units apart
    bool lattice = true;  // +-1 inputs: thresholds half-way between lattice values (channel.hpp)
    MajoritySum majority_sum = MajoritySum::exact;
    bool report_entropy = false;  // add the observable "entropy" (per weight) to every step
  };

  /// All that moves. Magnetisations are m = tanh(cavity_field + external.theta), but for damping.
  struct State {
    std::vector<double> magnetisation;  // M
    std::vector<double> cavity_field;   // M: Gamma
    std::vector<double> force;          // K x P: g, unit after unit
    ExternalState external;
    double change = 0;  // max |change of m| in the last step

    template <class Visitor>
    void visit(Visitor&& v) {
      v("magnetisation", magnetisation);
      v("cavity_field", cavity_field);
      v("force", force);
      external.visit(v);
      v("change", change);
    }
  };

  /// `problem` must outlive the algorithm. Throws InvalidInput for weights that are not binary and for
  /// parameters out of range.
  Amp(const Problem& problem, const Params& params);

  State start(RandomStream& random) const;
  /// One iteration. Observables: q = <m^2>, and where they have a meaning r, gamma, y, overlap (with centre
  /// or reference), entropy.
  Progress step(State& state, RandomStream& random) const;
  Weights weights(const State& state) const;  // sign m

  /// Bethe free entropy (BP.4) of the current magnetisations and forces.
  BetheEntropy bethe(const State& state) const;
  const std::vector<double>& magnetisations(const State& state) const { return state.magnetisation; }

  const Params& params() const { return params_; }

 private:
  std::size_t force_size() const { return std::size_t(patterns_.hidden()) * patterns_.count(); }
  std::vector<double> variances(std::span<const double> magnetisation) const;
  std::vector<double> mean_preactivations(const State& state, std::span<const double> V) const;
  std::vector<double> update_forces(State& state) const;
  void update_cavity_fields(State& state, std::span<const double> precision) const;

  const Problem* problem_;
  Params params_;
  UnitPatterns patterns_;
  Channel channel_;
};

}  // namespace wfm::inference
