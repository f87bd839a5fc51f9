// The whole Hessian of a one-layer network (committee, perceptron) from its block structure, and its exact reduction to the patterns' span.
//   H_kl = X_k^T D_kl X_l,   D_kl = diag_a curvature(k, l)[a],   X_k the P x n inputs that unit k sees                 (HESS.2)
// All of H lives in the span of the rows of X_k. Where P < n, with an orthonormal basis Q_k of P directions that contains the span,
// X_k = Y_k Q_k^T and H has the eigenvalues of the K P x K P matrix of blocks Y_k^T D_kl Y_l and n - P zeros for each unit. In tangent
// coordinates (HESS.1) the basis has the part of w_k outside the span besides, on which Y_k vanishes: one reflection removes the radial
// direction, and what is left of the tangent space has the eigenvalue -lambda_k, n - P - 1 times for unit k.
// Deeper networks: by D products with the basis vectors, unreduced.
#pragma once

#include <cstddef>
#include <vector>

#include <Eigen/Core>

#include "landscape/loss_hessian.hpp"

namespace wfm::landscape {

struct KnownEigenvalue {
  double value = 0;
  std::size_t multiplicity = 0;
};

struct HessianMatrix {
  Eigen::MatrixXd matrix;              // symmetric, in the reduced coordinates of one unit after the other
  std::vector<std::size_t> unit_size;  // coordinates of each unit
  std::vector<KnownEigenvalue> known;  // of each unit, beside those of the matrix
};

/// The eigenvalues, of each unit, that lie outside the span of fewer patterns than inputs.
std::vector<KnownEigenvalue> known_eigenvalues(const LossHessian& hessian);

/// The extreme eigenvalues by Lanczos on products, and the known ones, which it would find once, in their full multiplicity.
/// Throws as extreme_eigenvalues does.
ExtremeEigenvalues hessian_extremes(const LossHessian& hessian, const ExtremeParams& params = {});

/// Rows of the matrix that hessian_matrix would make.
std::size_t reduced_size(const LossHessian& hessian);

/// Blocks are shared among `threads` (0: all processors); the result does not depend on them. About K^2 P n^2 multiply-adds for a
/// fully connected committee, with n replaced by min(n, P). Throws ResourceProblem where the matrix does not fit into memory.
HessianMatrix hessian_matrix(const LossHessian& hessian, int threads = 1);

/// All eigenvalues, ascending. LAPACK runs on `threads` threads (>= 1).
std::vector<double> whole_spectrum(const HessianMatrix& hessian, int threads = 1);

/// Eigenvalues of each unit's diagonal block, ascending.
std::vector<std::vector<double>> unit_spectra(const HessianMatrix& hessian, int threads = 1);

/// The trace of a one-layer network's Hessian, exact and without the matrix: sum_k sum_a curvature(k, k)[a] |xi_k^a|^2 (HESS.2), not in
/// tangent coordinates.
double hessian_trace(const LossHessian& hessian);

}  // namespace wfm::landscape
