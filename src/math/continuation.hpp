// Branches of solutions of F(x, lambda) = 0, n equations in n unknowns and a parameter, by pseudo-arclength continuation:
//   X = (x, lambda),   J = dF/dX (n x (n+1)),   J T = 0,  |T| = 1
//   predictor  X + s T;   corrector  F(X') = 0,  T.(X' - X - s T) = 0
// The branch is followed by its length, so it passes folds, where dlambda/ds = T_lambda = 0 (Keller 1977).
#pragma once

#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace wfm {

/// Lengths are Euclidean in (x, lambda): scale the unknowns so that all vary by about one.
struct ContinuationOptions {
  double tolerance = 1e-11;       // on max_i |F_i|
  double first_step = 0.05;       // lengths of steps along the branch
  double smallest_step = 1e-5;    // a branch that needs shorter steps has ended
  double largest_step = 0.3;      // also of the search along a step for a fold
  int most_points = 1000;         // accepted steps
  double difference_step = 1e-6;  // of X_j, relative to max(|X_j|, 1e-2), for J by differences
  double lambda_min = -std::numeric_limits<double>::infinity();  // the branch ends where it leaves this range
  double lambda_max = std::numeric_limits<double>::infinity();
};

struct BranchPoint {
  std::vector<double> x;
  double lambda = 0;
  double residual = 0;  // max_i |F_i|, evaluated at this very point
};

/// A place where the branch turns back in lambda. lambda is as good as F (its error is of second order), x to about the square
/// root of that.
struct Fold {
  BranchPoint point;
  int direction = 0;  // of lambda before the turn: +1 lambda has a maximum there, -1 a minimum
};

/// What was found along the branch. Every point has residual <= tolerance; a point that has not is left out.
struct Branch {
  std::vector<BranchPoint> points;  // in their order, the start first, the end of the range last
  std::vector<Fold> folds;
  std::vector<std::optional<BranchPoint>>
      targets;             // first passage of each wanted lambda, empty where it was not met
  int evaluations = 0;     // of F
  bool completed = false;  // the end of the range of lambda was reached
  std::string reason;      // why not, empty when completed
};

/// Writes F(x, lambda), as many values as x has; non-finite values say "outside my domain".
using ParametrisedFunction =
    std::function<void(std::span<const double> x, double lambda, std::span<double> values)>;

/// The branch through the solution next to x0 at lambda0 (a good guess), first towards larger (direction = 1) or smaller (-1) lambda,
/// and its points at the wanted lambdas. InvalidInput for an empty or non-finite start or a direction other than -1 and 1.
Branch follow_branch(const ParametrisedFunction& F, std::vector<double> x0, double lambda0, int direction,
                     const ContinuationOptions& options = {}, std::span<const double> wanted = {});

}  // namespace wfm
