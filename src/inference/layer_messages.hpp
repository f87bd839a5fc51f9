// Messages on layers of sign units with +-1 weights, for one batch of patterns [DeepMP22]:
//   x^0 = xi,   h^l[k] = w^l[k].x^{l-1}/sqrt(n_l),   x^l[k] = sign h^l[k],   l = 1 ... L,   K_L = 1,   x^L = sigma
// Units below i, units above k, patterns a, fan-in n. Beliefs: weights m (variance s = 1 - m^2), units x (variance D = 1 - x^2;
// inputs are certain, D = 0).
//   omega = (1/sqrt n) sum_i m x - g' (1/n) sum_i (s x x' + D m m'),   V = (1/n) sum_i (m^2 D + s x^2 + s D)           (LBP.1)
//   p = H(-omega/sqrt V),   x[k] = tanh(B[k] + (1/2) ln(p/(1-p)))                                                        (LBP.2)
//   g = d/domega ln(e^B p + e^-B (1-p)),   Gamma = -dg/domega = g (g + omega/V);   B = sigma infinity for l = L         (LBP.3)
//   B[i] = sum_k [ m g/sqrt n + (m^2 Gamma x - s g g' x')/n ]          from above to the units                           (LBP.4)
//   H[k][i] = sum_a [ x g/sqrt n + (x^2 Gamma m - D g g' m')/n ]       from the patterns to the weights                  (LBP.5)
//   m = tanh(theta + H),   theta the prior's field                                                                       (LBP.6)
// Primes: of the pass before, where what a receiver now hears from the others stems from; these terms take out what it has said
// itself. Without them, or with them at the wrong time, two layers diverge. L = 1 is AMP. The central limit is taken in every layer,
// the output's sum included.
#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

#include "problems/patterns.hpp"

namespace wfm::inference {

struct LayerStack {
  int inputs = 0;           // n_1
  std::vector<int> hidden;  // K_1 ... K_{L-1}; empty: a perceptron
  bool fixed_top = false;   // the last layer's weights are all +1 (a committee)

  int layers() const { return int(hidden.size()) + 1; }
  int units(int layer) const { return layer < int(hidden.size()) ? hidden[std::size_t(layer)] : 1; }
  int fan_in(int layer) const { return layer == 0 ? inputs : hidden[std::size_t(layer) - 1]; }
  bool learns(int layer) const { return !(fixed_top && layer == int(hidden.size())); }
  /// Where the weights of a layer begin, by units, and (layer = layers()) how many there are.
  std::size_t first_weight(int layer) const;
};

/// Throws InvalidInput for widths below 1, and for a fixed top on no or an even number of hidden units.
void validate(const LayerStack& stack);

/// (LBP.3) of one unit: g sqrt(V) and Gamma V at z = omega/sqrt(V). B may be infinite.
struct UnitForce {
  double g = 0, Gamma = 0;
};
UnitForce unit_force(double z, double B);
/// (LBP.2): the belief in a unit's sign.
double unit_belief(double z, double B);

/// Smallest variance of a preactivation: where all is certain, g would be infinite.
inline constexpr double least_preactivation_variance = 1e-6;

/// The messages of one batch; starts without any (g = B = 0).
class LayerMessages {
 public:
  /// xi: B x n_1, one pattern a row; labels: B numbers +-1. `stack` must be valid.
  LayerMessages(const LayerStack& stack, RealMatrix xi, std::span<const double> labels);

  /// One pass up and down at the weights' beliefs m (first_weight(layers()) numbers; those of a fixed top are not read); fields receives
  /// H (LBP.5), zero for a fixed top. margin: asked of the output, for L = 1 only.
  void pass(std::span<const double> m, double margin, std::span<double> fields);

 private:
  struct Layer {
    RealMatrix w, x, g;  // K x n, B x n, B x K: beliefs of the weights, of the units below; forces
    RealMatrix w_old, x_old, g_old;  // of the pass before
    RealMatrix z, root_V;            // B x K: omega/sqrt V, sqrt V
    RealMatrix B;                    // B x K: from above
  };
  void set_beliefs(std::span<const double> m);
  void upwards();
  RealMatrix forces(int layer, double margin);  // Gamma

  LayerStack stack_;
  Eigen::VectorXd labels_;
  std::vector<Layer> layers_;
};

/// The inputs of the patterns `which` as rows.
RealMatrix input_rows(const Patterns& patterns, std::span<const std::size_t> which);

/// Errors of the network with weights sign(field) (a fixed top's are +1), sign(0) = +1, margin 0.
std::int64_t layered_errors(const LayerStack& stack, std::span<const double> field, const Patterns& patterns);

}  // namespace wfm::inference
