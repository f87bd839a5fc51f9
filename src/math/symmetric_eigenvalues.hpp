// Eigenvalues of real symmetric matrices: all of them of a stored matrix, the extreme ones of an operator.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

namespace wfm {

/// All eigenvalues in ascending order, by LAPACK's dsyevd: (4/3) D^3 operations for D rows, half of them bound by memory. Reads the
/// lower triangle. Absolute errors are of the order of 1e-16 sqrt(D) times the largest modulus. BLAS runs on `threads` threads
/// (>= 1), which may change the last digits. Throws InvalidInput unless the matrix is square and finite.
std::vector<double> symmetric_eigenvalues(Eigen::MatrixXd matrix, int threads = 1);

/// A symmetric matrix A of `size` rows known by its product alone: multiply(v, out) sets out = A v. It may be called from several
/// threads at once.
struct SymmetricOperator {
  std::size_t size = 0;
  std::function<void(std::span<const double>, std::span<double>)> multiply;
};

/// The matrix itself, by `size` products.
Eigen::MatrixXd dense_matrix(const SymmetricOperator& A);

struct ExtremeParams {
  int count = 5;             // eigenvalues at either end, >= 1
  double tolerance = 1e-11;  // on the residual |A v - theta v| relative to the norm of A
  int max_restarts = 300;    // of the Lanczos process
  std::uint64_t seed = 1;    // first vector
};

struct ExtremeEigenvalues {
  std::vector<double> smallest;  // ascending
  std::vector<double> largest;   // ascending, the last is the largest
  double residual =
      0;  // max |A v - theta v| over the unit vectors found; an eigenvalue lies within it of each theta
  std::size_t products = 0;
  bool converged = false;
  std::string reason;  // why not, empty when converged
};

/// Implicitly restarted Lanczos with full orthogonalisation (Spectra). A multiple eigenvalue may be found once only, as by every
/// Lanczos method from one vector. Matrices so small that `count` is a good part of their size are solved whole. Throws InvalidInput
/// for count, tolerance or max_restarts out of range.
ExtremeEigenvalues extreme_eigenvalues(const SymmetricOperator& A, const ExtremeParams& params = {});

}  // namespace wfm
