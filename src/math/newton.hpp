// Roots F(x) = 0 of a few dozen equations, by Newton's method, regularised where it does not descend:
//   (J^T J + lambda D^2) dx = -J^T F,   J = dF/dx,   D^2 = diag(J^T J)
// lambda = 0 is Newton's step; it grows until |F| falls (Levenberg, Marquardt; More, LNM 630, 105 (1978)). Where F is expensive J may
// be kept, with Broyden's smallest change that explains each step, as long as |F| at least halves.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace wfm {

struct NewtonOptions {
  double tolerance = 1e-12;       // on max_i |F_i|
  int max_steps = 50;             // steps, tried with a kept Jacobian or accepted with a new one
  double difference_step = 1e-7;  // of x_j, relative to max(|x_j|, 1e-3), for a Jacobian by differences
  bool keep_jacobian = false;     // Broyden's updates
  std::vector<double> start_jacobian{};  // with keep_jacobian: dF_i/dx_j near x0, row by row; may be empty
};

/// What the solver found. A point whose residual is not finite is never `converged`.
struct NewtonResult {
  std::vector<double> x;         // best point seen
  std::vector<double> jacobian;  // the last in use, row by row; empty where none was needed
  double residual = 0;           // max_i |F_i| there; infinite where F is not finite even at the start
  int evaluations = 0;           // calls of F, those for the Jacobian included
  bool converged = false;        // residual <= tolerance
  std::string reason;            // why not, empty when converged
};

using VectorFunction = std::function<void(std::span<const double> x, std::span<double> values)>;

/// jacobian[i n + j] = dF_i/dx_j
using JacobianFunction = std::function<void(std::span<const double> x, std::span<double> jacobian)>;

/// Solves F(x) = 0 from x0 (not empty). F may write non-finite values to say "outside my domain": the step is
/// then shortened.
/// Without `jacobian` it is made by one-sided differences, n calls of F a step.
NewtonResult solve_newton(const VectorFunction& F, std::vector<double> x0, const NewtonOptions& options = {},
                          const JacobianFunction& jacobian = {});

}  // namespace wfm
