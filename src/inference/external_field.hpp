// What acts on each weight beside the patterns: theta_i in the total field H_i = Gamma_i + theta_i, where
// Gamma_i is the cavity field from the patterns alone; m_i = tanh H_i for binary weights. For spherical
// weights also a precision: Lambda_i + rho_i in all, see weight_prior.hpp.
//   none            theta = rho = 0
//   reinforcement   theta_i = r_t H_i(t-1),  r_t = rate t or 1 - rate^t            [U16 and references there]
//                   (spherical: rho_i = r_t times the total precision as well, the last posterior's power r_t)
//   focusing        theta_i = atanh u*,
//                   u* = tanh(gamma) tanh((y-1) atanh(tanh(gamma) tanh Gamma_i))                (FBP.1) [U16]
//                   (spherical: (FBP.2), spherical_field.hpp)
//   fixed           theta_i given
//   overlap         theta_i = gamma wt_i, gamma such that (1/M) sum_i wt_i m_i = S in every iteration
// All vectors have M entries, M the number of weights, unit after unit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <variant>
#include <vector>

#include "inference/weight_prior.hpp"

namespace wfm::inference {

struct NoField {};

enum class ReinforcementSchedule { linear, geometric };

struct Reinforcement {
  ReinforcementSchedule schedule = ReinforcementSchedule::linear;
  double rate = 5e-4;  // linear: r_t = rate t; geometric: r_t = 1 - rate^t, rate in (0, 1) and close to 1
  double cap = 0.999;  // r_t never exceeds this; in [0, 1)
};

/// Coupling gamma of y replicas to their centre; both may be infinite.
struct FocusingPoint {
  double gamma = 0, y = 1;
};

enum class FocusingProtocol { reinforcement, pseudo_reinforcement, scoping, free };

/// y replicas tied to a centre, all assumed alike. The protocol is a list of (gamma, y), walked through while
/// the messages iterate.
struct Focusing {
  FocusingProtocol protocol = FocusingProtocol::pseudo_reinforcement;
  double rho_step = 1e-3;  // the first two protocols: rho = rho_step, 2 rho_step, ... 1
  double exponent =
      0.5;       // pseudo_reinforcement: gamma = atanh(rho^x), y = 1 + rho^(1-2x)/(1-rho), 0 < x <= 1/2
  double y = 5;  // scoping: the number of replicas
  std::vector<double> gammas = {};         // scoping: couplings, in order
  std::vector<FocusingPoint> points = {};  // free: any list
  int iterations = 1;    // iterations at each point at most; it goes on earlier where messages converge
  double damping = 0.9;  // theta <- damping theta + (1 - damping) theta_new; in [0, 1)
};

struct FixedField {
  std::vector<double> values;  // M of them
};

struct OverlapConstraint {
  std::vector<double> reference;  // wt: M values, a configuration of the problem's kind
  double overlap = 0;             // S in (-1, 1)
};

using ExternalField = std::variant<NoField, Reinforcement, Focusing, FixedField, OverlapConstraint>;

/// Throws InvalidInput that names the rule broken (M entries, ranges above).
void validate(const ExternalField& external, const WeightPrior& prior);

/// Number of points of the protocol, and its point number `index` (from 0; the last one repeats).
std::int64_t focusing_points(const Focusing& focusing);
FocusingPoint focusing_point(const Focusing& focusing, std::int64_t index);

/// u* as a field: atanh of (FBP.1), for gamma and y up to infinity.
double focusing_field(FocusingPoint point, double cavity_field);

/// <w wt> of a replica's weight w and the centre's weight wt at this cavity field.
double overlap_with_centre(FocusingPoint point, double cavity_field);

/// gamma with (1/M) sum_i reference_i tanh(h_i + gamma reference_i) = overlap; started from `guess`.
double solve_overlap_field(std::span<const double> h, std::span<const double> reference, double overlap,
                           double guess);

/// What moves in an external field.
struct ExternalState {
  std::vector<double> theta;    // M fields, as used in the last iteration
  std::vector<double> rho;      // M precisions; 0 for binary weights
  std::int64_t iterations = 0;  // updates made so far
  std::int64_t point = 0;       // focusing: index of the current point
  std::int64_t at_point = 0;    // focusing: iterations spent there
  double gamma = 0;             // focusing or overlap: current coupling
  double y = 1;                 // focusing: current number of replicas
  // focusing: of a replica with the centre (spherical: with the centre's direction); overlap constraint: with
  // the reference
  double overlap = 0;
  double strength = 0;  // reinforcement: current r_t

  template <class Visitor>
  void visit(Visitor&& v) {
    v("external.theta", theta);
    v("external.rho", rho);
    v("external.iterations", iterations);
    v("external.point", point);
    v("external.at_point", at_point);
    v("external.gamma", gamma);
    v("external.y", y);
    v("external.overlap", overlap);
    v("external.strength", strength);
  }
};

ExternalState start(const ExternalField& external, const WeightPrior& prior);

/// All that acts on the weights: fields Gamma + theta and precisions Lambda + rho.
class TotalMessages {
 public:
  TotalMessages(std::span<const double> cavity_field, std::span<const double> cavity_precision,
                const ExternalState& external);
  operator WeightMessages() const { return {field_, precision_}; }

 private:
  std::vector<double> field_, precision_;
};

/// sum_i [theta_i m_i - rho_i (m_i^2 + v_i)/2]: what the field adds to the internal entropy in all.
double field_energy(const ExternalState& state, std::span<const double> mean,
                    std::span<const double> variance);

/// New theta and rho from the messages of the patterns (Gamma, Lambda) and all that acted on the weights in the
/// last iteration (H and the total precision). Precisions of binary weights are not read.
void update(const ExternalField& external, const WeightPrior& prior, WeightMessages cavity,
            WeightMessages total, ExternalState& state);

/// Moves on along a schedule after an iteration whose messages changed by `change` (max |change|, converged
/// below `tolerance`).
void advance(const ExternalField& external, double change, double tolerance, ExternalState& state);

bool at_rest(const ExternalField& external,
             const ExternalState& state);  // does it no longer change by itself?
bool exhausted(const ExternalField& external, const ExternalState& state);  // has a focusing protocol ended?

}  // namespace wfm::inference
