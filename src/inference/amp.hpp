// Approximate message passing: a field and a precision per weight, a force per pattern and unit: O(M + PK)
// memory. Per iteration, for unit k with fan-in n and inputs X (P x n):
//   V_k = (1/n) sum_i v_i                    [real inputs: V_ak = (1/n) sum_i xi_ai^2 v_i]
//   omega_ak = (1/sqrt n) sum_i xi_ai m_i - V_k g_ak(old),  g_ak = d ln Z_a/d omega_ak
//   Lambda_k = -(1/n) sum_a dg_ak/d omega_ak [real inputs: Lambda_i = -(1/n) sum_a xi_ai^2 dg_ak/d omega_ak]
//   Gamma_i = (1/sqrt n) sum_a xi_ai g_ak + Lambda_k m_i                                                (AMP.1)
//   (m_i, v_i) = mean and variance of a weight given the field Gamma_i + theta_i and the precision
//                Lambda_i + rho_i; binary m_i = tanh(Gamma_i + theta_i), spherical (BP.5) of weight_prior.hpp
// theta and rho are the external field (external_field.hpp). Reinforcement or focusing make it a solver.
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
    double damping = 0;       // m <- damping m_old + (1 - damping) m_new, v alike; in [0, 1)
    double tolerance = 1e-6;  // converged: max |change of m| below this, external field at rest
    double initial_field =
        0.1;              // standard deviation of the random first Gamma, which tells hidden units apart
    bool lattice = true;  // +-1 inputs and weights: thresholds half-way between lattice values (channel.hpp)
    MajoritySum majority_sum = MajoritySum::exact;
    bool report_entropy = false;  // add the observable "entropy" (per weight) to every step
  };

  /// All that moves. Magnetisations and variances are those of the posterior, but for damping.
  struct State {
    std::vector<double> magnetisation;     // M: m
    std::vector<double> variance;          // M: v
    std::vector<double> cavity_field;      // M: Gamma
    std::vector<double> cavity_precision;  // M: Lambda
    std::vector<double> force;             // K x P: g, unit after unit
    ExternalState external;
    double change = 0;  // max |change of m| in the last step

    template <class Visitor>
    void visit(Visitor&& v) {
      v("magnetisation", magnetisation);
      v("variance", variance);
      v("cavity_field", cavity_field);
      v("cavity_precision", cavity_precision);
      v("force", force);
      external.visit(v);
      v("change", change);
    }
  };

  /// `problem` must outlive the algorithm. Throws InvalidInput for parameters out of range.
  Amp(const Problem& problem, const Params& params);

  State start(RandomStream& random) const;
  /// One iteration. Observables: q = <m^2>, and where they have a meaning r, gamma, y, overlap (with centre
  /// or reference), entropy.
  Progress step(State& state, RandomStream& random) const;
  Weights weights(const State& state) const;  // sign m, or m put onto its spheres

  /// Bethe free entropy (BP.4) of the current magnetisations and forces.
  BetheEntropy bethe(const State& state) const;
  const std::vector<double>& magnetisations(const State& state) const { return state.magnetisation; }

  const Params& params() const { return params_; }

 private:
  std::size_t force_size() const { return std::size_t(patterns_.hidden()) * patterns_.count(); }
  std::vector<double> variances(const State& state) const;
  std::vector<double> mean_preactivations(const State& state, std::span<const double> V) const;
  TotalMessages total(const State& state) const;
  std::vector<double> update_forces(State& state) const;
  void update_cavity_messages(State& state, std::span<const double> precision) const;

  const Problem* problem_;
  Params params_;
  WeightPrior prior_;
  UnitPatterns patterns_;
  Channel channel_;
};

}  // namespace wfm::inference
