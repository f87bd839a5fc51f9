// Fixed points x = f(x) of a few dozen variables: damped iteration, Anderson acceleration, Newton at the end.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace wfm {

struct FixedPointOptions {
  double tolerance = 1e-12;  // on max_i |f(x)_i - x_i|
  int max_iterations = 2000;
  double damping = 0;      // x <- damping x + (1 - damping) f(x); in [0, 1)
  int anderson_depth = 5;  // earlier iterates that Anderson acceleration combines; 0: plain iteration
  int newton_steps = 20;   // Newton steps with a difference Jacobian tried when the iteration stalls; 0: none
};

/// What the solver found. A result whose residual is not finite is never `converged`.
struct FixedPointResult {
  std::vector<double> x;   // best iterate seen
  double residual = 0;     // max_i |f(x)_i - x_i| there, evaluated anew
  int evaluations = 0;     // calls of f
  bool converged = false;  // residual <= tolerance
  std::string reason;      // why not, empty when converged
};

using FixedPointMap = std::function<void(std::span<const double> x, std::span<double> image)>;

/// Iterates from x0. f may write non-finite values to say "outside my domain": the step is then shortened.
FixedPointResult solve_fixed_point(const FixedPointMap& f, std::vector<double> x0,
                                   const FixedPointOptions& options = {});

}  // namespace wfm
