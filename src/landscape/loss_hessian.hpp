// The Hessian of a loss of the differentiable network (training/network.hpp) at given weights, by exact products with vectors in double
// precision: forward over reverse, the derivative of the gradient along a direction v [Pearlmutter94].
// With e = d loss/dh and a dot for the derivative along v, layer by layer up and then down:
//   h' = (v x + w x')/sqrt n,   x' = beta phi'(beta h) h';      field' = sum_k c_k x'_k
//   e' = (d loss/dx)' beta phi' + (d loss/dx) beta^2 phi'' h';   (H v)_k = sum_a (e'_k x + e_k x')/sqrt n
// On the spheres |w_k|^2 = n_k the gradient and Hessian are the Riemannian ones. With P the projection onto the tangent space,
//   Hess = P ( H - diag_k lambda_k ) P,   lambda_k = (w_k . d loss/dw_k)/|w_k|^2                                        (HESS.1)
// for the loss along a geodesic is bent by the sphere as well. Tangent vectors are written in an orthonormal basis: of unit k the last
// n_k - 1 columns of the Householder reflection that takes w_k to the first axis.
// A relu's kink contributes delta functions to H, and a hinge's: both are left out, as phi'' = 0 and f'' = 0 there say.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "math/symmetric_eigenvalues.hpp"
#include "training/network.hpp"

namespace wfm::landscape {

/// The weights of one unit of a network within w.
struct UnitBlock {
  std::size_t first = 0, size = 0;
};
std::vector<UnitBlock> unit_blocks(const training::Network& network);

class LossHessian {
 public:
  /// Loss and gradient at w (network.weights() entries, on the spheres or not) of the mean over all patterns. Throws InvalidInput
  /// where sizes do not fit, for beta <= 0, no patterns, a loss out of range, or (tangent) a unit of norm zero, and ResourceProblem
  /// where the patterns do not fit into memory as doubles.
  LossHessian(const training::Network& network, std::span<const double> w, double beta,
              const training::Loss& loss, const Patterns& patterns, bool tangent = false);

  std::size_t size() const;  // D: the number of weights or, tangent, one less for each unit
  double loss() const { return loss_; }
  const std::vector<double>& gradient() const { return gradient_; }  // by the weights themselves
  bool tangent() const { return tangent_; }
  const training::Network& network() const { return network_; }
  const std::vector<double>& lambda() const { return lambda_; }  // of each unit (HESS.1)
  const std::vector<double>& weights() const { return w_; }
  const RealMatrix& inputs() const { return X_; }  // patterns x inputs

  /// out = H v, or (HESS.1) in tangent coordinates; both of size() entries. May be called from several threads at once.
  void multiply(std::span<const double> v, std::span<double> out) const;
  /// The product as an operator that refers to this object.
  SymmetricOperator product() const;
  /// The direction in the space of the weights that tangent coordinates mean (the identity where not tangent).
  std::vector<double> embed(std::span<const double> v) const;

  /// A one-layer network (committee, perceptron): second derivatives of the loss of pattern a by the preactivations h_k and h_l,
  /// over P n: the Hessian's block (k, l) is X_k^T diag(curvature) X_l. Throws InvalidInput for deeper ones.
  Eigen::VectorXd curvature(int k, int l) const;

 private:
  Eigen::MatrixXd first_sums(const Eigen::Ref<const RealMatrix>& W) const;
  void first_gradient(const Eigen::MatrixXd& error, Eigen::Ref<RealMatrix> gradient) const;
  void forward();
  void backward();
  void euclidean(std::span<const double> v, std::span<double> out) const;
  Eigen::Map<const RealMatrix> matrix_of(std::size_t layer, std::span<const double> w) const;

  training::Network network_;
  std::vector<double> w_;
  double beta_;
  training::Loss loss_function_;
  bool tangent_;
  RealMatrix X_;
  std::vector<std::int8_t> labels_;
  std::vector<UnitBlock> units_;

  // of each layer, units x patterns: phi(beta h), its first two derivatives by h, d loss/dx, d loss/dh
  struct LayerState {
    Eigen::MatrixXd x, slope, bend, by_x, by_h;
  };
  std::vector<LayerState> state_;
  Eigen::RowVectorXd first_, second_;  // sigma f'/P and f''/P of each pattern
  double loss_ = 0;
  std::vector<double> gradient_, lambda_;
  std::vector<Eigen::VectorXd> mirror_;  // Householder vectors of norm one, of each unit
};

}  // namespace wfm::landscape
