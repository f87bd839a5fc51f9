// Density of the eigenvalues of a symmetric operator by stochastic Lanczos quadrature, and its trace by Hutchinson's estimate.
//   rho(t) = (1/D) sum_j G((t - lambda_j)/s)/s                                      Gaussian broadening of width s            (SLQ.1)
//          = E_v (1/D) v^T G((t - A)/s)/s v,   v of D independent signs             estimated by the mean over probes v
//   one probe: m Lanczos steps from v give a tridiagonal T = U diag(theta) U^T, and (SLQ.1) ~ sum_j U[0][j]^2 G((t - theta_j)/s)/s,
//   exact for polynomials of degree 2m - 1.     Tr A = E_v v^T A v, the first diagonal entry of T times D
// Every probe's density integrates to one. Bias: features narrower than s are blurred; the quadrature's own error is of the order of
// exp(-8 (m s/range)^2), the range that of the spectrum: the Chebyshev coefficients of the Gaussian beyond degree 2m. [UCS17]
#pragma once

#include <cstdint>
#include <vector>

#include "math/statistics.hpp"
#include "math/symmetric_eigenvalues.hpp"

namespace wfm {

struct DensityParams {
  int probes = 10;         // >= 1; error bars need two
  int steps = 100;         // m >= 1, of Lanczos; no more than D are made
  double broadening = 0;   // s; 0: a hundredth of the range of the Ritz values
  int points = 201;        // of the grid, >= 2
  std::uint64_t seed = 1;  // of the probes
  int threads = 1;         // 0: all processors
};

struct SpectralDensity {
  std::vector<double> eigenvalue;      // grid, 6 s beyond either end of the Ritz values
  std::vector<double> density;         // rho there
  std::vector<double> standard_error;  // over probes; NaN with one
  double broadening = 0;               // s
  double smallest = 0, largest = 0;    // Ritz values: inside the spectrum, near its ends
  MeanAndError trace;                  // Hutchinson
};

/// D = 0 gives an empty grid. Memory: D m doubles for each thread. Throws InvalidInput for params out of range.
SpectralDensity spectral_density(const SymmetricOperator& A, const DensityParams& params = {});

/// Tr A alone: `probes` products. NaN errors with one probe.
MeanAndError hutchinson_trace(const SymmetricOperator& A, int probes, std::uint64_t seed, int threads = 1);

/// (SLQ.1) itself from all eigenvalues (ascending); no errors, so standard_error is empty and trace exact.
SpectralDensity broadened_density(const std::vector<double>& eigenvalues, double broadening, int points);

}  // namespace wfm
