// Anderson acceleration (Walker & Ni, SIAM J. Numer. Anal. 49, 1715 (2011)) of x <- f(x), r(x) = f(x) - x:
//   gamma = argmin |r_k - dR gamma|,   x_{k+1} = x_k + beta r_k - (dX + beta dR) gamma
// where dX, dR hold the differences of the last iterates and of their residuals, beta = 1 - damping.
// Safeguards: a residual ten times the best one, or the edge of the domain, restarts from the best iterate
// with half the beta; a best residual that does not halve in `stall_window` iterations calls Newton's method
// on r(x) = 0.
#include "math/fixed_point.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>

#include <fmt/format.h>
#include <Eigen/QR>

#include "math/error.hpp"
#include "math/newton.hpp"

namespace wfm {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int stall_window = 50;
constexpr double growth_allowed = 10;
constexpr double smallest_beta = 1.0 / 1024;

struct Iterate {
  VectorXd x;
  VectorXd r;   // f(x) - x
  double size;  // max |r_i|, infinite where r is not finite
};

class Map {
 public:
  explicit Map(const FixedPointMap& f) : f_(f) {}

  Iterate at(const VectorXd& x) {
    VectorXd image = VectorXd::Constant(x.size(), std::numeric_limits<double>::quiet_NaN());
    f_({x.data(), std::size_t(x.size())}, {image.data(), std::size_t(image.size())});
    ++evaluations;
    Iterate iterate{x, image - x, std::numeric_limits<double>::infinity()};
    if (iterate.r.allFinite()) iterate.size = iterate.r.cwiseAbs().maxCoeff();
    return iterate;
  }

  int evaluations = 0;

 private:
  const FixedPointMap& f_;
};

class AndersonHistory {
 public:
  // More differences than unknowns could not be told apart.
  AndersonHistory(int depth, Eigen::Index unknowns) : depth_(std::min<std::size_t>(depth, unknowns)) {}

  void clear() { dx_.clear(), dr_.clear(); }

  void add(const Iterate& from, const Iterate& to) {
    if (depth_ == 0) return;
    dx_.push_back(to.x - from.x);
    dr_.push_back(to.r - from.r);
    if (dx_.size() > depth_) dx_.pop_front(), dr_.pop_front();
  }

  VectorXd next(const Iterate& current, double beta) const {
    VectorXd x = current.x + beta * current.r;
    if (dx_.empty()) return x;
    // columns scaled to one, so that the rank is judged by their directions
    MatrixXd dR(x.size(), Eigen::Index(dr_.size()));
    for (std::size_t k = 0; k < dr_.size(); ++k) dR.col(Eigen::Index(k)) = dr_[k].stableNormalized();
    Eigen::ColPivHouseholderQR<MatrixXd> qr(dR);
    qr.setThreshold(1e-10);
    const VectorXd gamma = qr.solve(current.r);
    for (std::size_t k = 0; k < dr_.size(); ++k) {
      const double norm = dr_[k].stableNorm();
      if (norm > 0) x -= gamma[Eigen::Index(k)] / norm * (dx_[k] + beta * dr_[k]);
    }
    return x;
  }

 private:
  std::size_t depth_;
  std::deque<VectorXd> dx_, dr_;  // oldest first
};

// Newton's method on r(x) = 0 from `best`, which it improves if it can. Returns why it did not converge.
std::string newton(Map& map, Iterate& best, const FixedPointOptions& options) {
  const VectorFunction residual = [&](std::span<const double> x, std::span<double> values) {
    const VectorXd r = map.at(Eigen::Map<const VectorXd>(x.data(), Eigen::Index(x.size()))).r;
    std::copy(r.begin(), r.end(), values.begin());
  };
  NewtonOptions newton_options;
  newton_options.tolerance = options.tolerance;
  newton_options.max_steps = options.newton_steps;
  const NewtonResult found = solve_newton(residual, {best.x.begin(), best.x.end()}, newton_options);
  if (found.residual < best.size)
    best = map.at(Eigen::Map<const VectorXd>(found.x.data(), Eigen::Index(found.x.size())));
  return found.reason;
}

void require_valid(const std::vector<double>& x0, const FixedPointOptions& options) {
  if (x0.empty()) throw InvalidInput("solve_fixed_point: x0 must not be empty");
  if (!(options.damping >= 0 && options.damping < 1))
    throw InvalidInput(fmt::format("solve_fixed_point: damping must be in [0, 1), not {}", options.damping));
  if (options.anderson_depth < 0)
    throw InvalidInput(
        fmt::format("solve_fixed_point: anderson_depth must be 0 or more, not {}", options.anderson_depth));
}

}  // namespace

FixedPointResult solve_fixed_point(const FixedPointMap& f, std::vector<double> x0,
                                   const FixedPointOptions& options) {
  require_valid(x0, options);
  Map map(f);
  Iterate current = map.at(Eigen::Map<const VectorXd>(x0.data(), Eigen::Index(x0.size())));
  Iterate best = current;
  AndersonHistory history(options.anderson_depth, current.x.size());
  double beta = 1 - options.damping;
  std::string reason = fmt::format("no convergence in {} iterations", options.max_iterations);
  if (!std::isfinite(best.size)) reason = "f is not finite at the starting point";

  int stall_start = 0;
  double size_at_stall_start = best.size;
  for (int k = 0; k < options.max_iterations && best.size > options.tolerance && std::isfinite(best.size);
       ++k) {
    const Iterate next = map.at(history.next(current, beta));
    if (next.size <= growth_allowed * best.size) {
      history.add(current, next);
      current = next;
    } else {
      history.clear();
      current = best;
      beta = std::max(beta / 2, smallest_beta);
    }
    if (next.size < best.size) best = next;

    if (best.size <= size_at_stall_start / 2) {
      stall_start = k;
      size_at_stall_start = best.size;
    } else if (k - stall_start >= stall_window && options.newton_steps > 0) {
      const std::string newton_reason = newton(map, best, options);
      if (best.size > options.tolerance && best.size > size_at_stall_start / 2) {
        reason = fmt::format("stalled after {} iterations; Newton: {}", k + 1, newton_reason);
        break;
      }
      history.clear();
      current = best;
      stall_start = k;
      size_at_stall_start = best.size;
    }
  }

  best = map.at(best.x);
  FixedPointResult result;
  result.x.assign(best.x.begin(), best.x.end());
  result.residual = best.size;
  result.evaluations = map.evaluations;
  result.converged = best.size <= options.tolerance;
  if (!result.converged) result.reason = fmt::format("{} (residual {:.3g})", reason, best.size);
  return result;
}

}  // namespace wfm
