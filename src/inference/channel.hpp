// The output node of one pattern: from K preactivations with mean omega_k and variance V_k (central limit) to
// Z, the probability that the pattern is satisfied, and to what flows back.
//   x_k = (t - s omega_k)/sqrt V_k,  p_k = H(x_k): unit k is right (s h_k > t),  q_k = H(-x_k): wrong  (BP.2)
//   perceptron  s = sigma, t = kappa                          Z = p_1
//   committee   s = sigma, t = 0, right units >= r            Z = sum over admissible outputs of prod p or q
//   parity      s = 1,     t = 0                              Z = (1 + sigma prod_k (p_k - q_k))/2
// In each unit Z = right_k p_k + wrong_k q_k: right_k, wrong_k are Z given that unit k is right or wrong.
// They come from prefix and suffix counts, without a division, and from both tails p and q; where Z
// underflows the counts are redone in logarithms. Lattice: with +-1 inputs and weights, sqrt(n) h is an
// integer of the parity of n. The threshold then lies half-way between the last value refused and the first
// one allowed (continuity correction), which also settles ties of an even fan-in as sign(0) = +1.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "problems/architecture.hpp"

namespace wfm::inference {

/// Variances of sums over a unit's n inputs are kept above this: a tenth of the distance from a +-1 lattice
/// value to the threshold. Frozen weights then satisfy or violate a pattern as they should, with finite
/// logarithms.
inline constexpr double smallest_sum_variance = 0.01;

/// gaussian: the number of right units as a normal variable, for large K.
enum class MajoritySum { exact, gaussian };

/// The two chances of one unit.
struct UnitChance {
  double right = 0.5, wrong = 0.5;  // p, q
  // p = H(x) where x is known: the logarithms then reach into the tails
  double x = std::numeric_limits<double>::quiet_NaN();
  double log_right() const;
  double log_wrong() const;
};

/// Z as a function of one unit's chances, up to a common factor: Z ~ right p + wrong q, max(right, wrong) =
/// 1. The logarithms matter where the smaller one underflows but meets a chance that does so too.
struct LinearForm {
  double right = 1, wrong = 0;
  double log_right = 0, log_wrong = -std::numeric_limits<double>::infinity();
};

/// What the node says, K entries each. Made once and reused: no allocation per pattern.
struct ChannelOutput {
  double log_Z = 0;
  std::vector<LinearForm> form;
  std::vector<double> g;   // d ln Z / d omega_k
  std::vector<double> dg;  // d g_k / d omega_k
  std::vector<UnitChance> chances;
  std::vector<double> prefix, suffix;  // scratch: counts of right units before and after each unit
};

class Channel {
 public:
  /// lattice: inputs and weights are +-1. Throws InvalidInput where no output can reach the margin (kappa > 1
  /// for parity, kappa > sqrt K for the committee, kappa > sqrt n for the perceptron with a lattice).
  Channel(const Architecture& architecture, double margin, bool lattice,
          MajoritySum sum = MajoritySum::exact);

  int hidden() const { return hidden_; }
  int unit_sign(int label) const { return machine_ == Machine::parity ? 1 : label; }            // s
  double threshold(int label) const { return label > 0 ? threshold_plus_ : threshold_minus_; }  // t

  UnitChance chance(int label, double omega, double V) const;

  /// ln Z and the linear forms of all units from their chances (K of them).
  void combine(int label, std::span<const UnitChance> chances, ChannelOutput& output) const;

  /// All of it from means and variances. V is kept above smallest_sum_variance/n.
  void evaluate(int label, std::span<const double> omega, std::span<const double> V,
                ChannelOutput& output) const;

 private:
  // The first of each pair says false where Z underflows; the second works in logarithms throughout.
  bool combine_committee(std::span<const UnitChance> chances, ChannelOutput& output) const;
  void combine_committee_logs(std::span<const UnitChance> chances, ChannelOutput& output) const;
  bool combine_parity(int label, std::span<const UnitChance> chances, ChannelOutput& output) const;
  void combine_parity_logs(int label, std::span<const UnitChance> chances, ChannelOutput& output) const;
  void combine_committee_gaussian(std::span<const UnitChance> chances, ChannelOutput& output) const;

  Machine machine_;
  int hidden_;
  double smallest_variance_;
  int right_needed_;  // committee: units that must be right
  double threshold_plus_ = 0, threshold_minus_ = 0;
  MajoritySum sum_;
};

/// The margin kappa' that a perceptron's threshold imposes on +-1 inputs and weights: sqrt(n) kappa' =
/// (smallest allowed sum) - 1. Instances follow the theory at this margin.
double lattice_margin(double margin, int fan_in);

/// ln(right p(x) + wrong q(x)), accurate in both tails.
double log_linear_form(const LinearForm& form, double x);

}  // namespace wfm::inference
