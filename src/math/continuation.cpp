#include "math/continuation.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <Eigen/Dense>

#include "math/error.hpp"
#include "math/roots.hpp"

namespace wfm {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr int most_corrections = 10;
constexpr int most_root_steps = 40;
constexpr double smallest_cosine = 0.94;  // of the angle between the tangents at both ends of a step

/// A point of the branch with its tangent, values and Jacobian.
struct Station {
  VectorXd X, T, f;
  MatrixXd J;
  double residual = 0;
};

class Follower {
 public:
  Follower(const ParametrisedFunction& F, std::size_t n, const ContinuationOptions& options)
      : F_(F), n_(Eigen::Index(n)), options_(options) {}

  VectorXd values(const VectorXd& X);

  /// Solution of F = 0 on the plane normal . (X - guess) = 0, by Newton with Broyden's update of J.
  std::optional<Station> correct(VectorXd X, const VectorXd& normal, MatrixXd J, double tolerance);
  std::optional<Station> correct(VectorXd X, const VectorXd& normal, MatrixXd J) {
    return correct(std::move(X), normal, std::move(J), options_.tolerance);
  }

  /// By central differences, or by forward ones from the values `f` at X.
  MatrixXd central_jacobian(const VectorXd& X);
  MatrixXd jacobian(const VectorXd& X, const VectorXd& f);

  /// The unit vector that J annihilates, in the direction of `along`.
  VectorXd tangent(const MatrixXd& J, const VectorXd& along) const;

  /// Accepted station at length s from a given one, with its own J and T; empty where the corrector fails or the branch bends
  /// too much.
  std::optional<Station> step(const Station& from, double s);

  /// Length from `from`, less than s, at which the branch turns.
  std::optional<double> length_of_turn(const Station& from, double s);

  /// The station at a given length, as exact as F allows.
  std::optional<Station> polished(const Station& from, double length);

  /// Where lambda is met, between two lengths on whose ends it lies on different sides.
  std::optional<BranchPoint> point_at(const Station& from, double s_low, double s_high, double s_guess,
                                      double lambda);

  BranchPoint point_of(const Station& at) const {
    return {std::vector<double>(at.X.begin(), at.X.end() - 1), at.X[n_], at.residual};
  }
  VectorXd along_lambda() const { return VectorXd::Unit(n_ + 1, n_); }
  int evaluations() const { return evaluations_; }

 private:
  double difference(double x) const { return options_.difference_step * std::max(std::abs(x), 1e-2); }

  const ParametrisedFunction& F_;
  Eigen::Index n_;
  const ContinuationOptions& options_;
  int evaluations_ = 0;
};

VectorXd Follower::values(const VectorXd& X) {
  VectorXd result = VectorXd::Constant(n_, std::numeric_limits<double>::quiet_NaN());
  F_({X.data(), std::size_t(n_)}, X[n_], {result.data(), std::size_t(n_)});
  ++evaluations_;
  return result;
}

MatrixXd Follower::central_jacobian(const VectorXd& X) {
  MatrixXd J(n_, n_ + 1);
  for (Eigen::Index j = 0; j <= n_; ++j) {
    VectorXd up = X, down = X;
    up[j] += 100 * difference(X[j]);
    down[j] -= 100 * difference(X[j]);
    J.col(j) = (values(up) - values(down)) / (up[j] - down[j]);
  }
  return J;
}

MatrixXd Follower::jacobian(const VectorXd& X, const VectorXd& f) {
  MatrixXd J(n_, n_ + 1);
  for (Eigen::Index j = 0; j <= n_; ++j) {
    VectorXd up = X;
    up[j] += difference(X[j]);
    J.col(j) = (values(up) - f) / (up[j] - X[j]);
  }
  return J;
}

std::optional<Station> Follower::correct(VectorXd X, const VectorXd& normal, MatrixXd J, double tolerance) {
  VectorXd f = values(X);
  bool fresh = false;
  for (int round = 0; round < most_corrections; ++round) {
    if (!f.allFinite() || !J.allFinite()) return std::nullopt;
    const double residual = f.cwiseAbs().maxCoeff();
    if (residual <= tolerance) return Station{X, {}, f, std::move(J), residual};
    // (J; normal) dX = (-F; 0)
    MatrixXd bordered(n_ + 1, n_ + 1);
    bordered << J, normal.transpose();
    VectorXd right = VectorXd::Zero(n_ + 1);
    right.head(n_) = -f;
    const VectorXd dX = bordered.colPivHouseholderQr().solve(right);
    if (!dX.allFinite() || dX.norm() > 10 * options_.largest_step) return std::nullopt;
    const VectorXd next = X + dX, f_next = values(next);
    if (!f_next.allFinite()) return std::nullopt;
    if (f_next.norm() > 0.3 * f.norm() && !fresh) {
      J = jacobian(X, f);  // the old one has aged: the same step again
      fresh = true;
      continue;
    }
    J += (f_next - f - J * dX) * dX.transpose() / dX.squaredNorm();
    fresh = false;
    X = next;
    f = f_next;
  }
  return std::nullopt;
}

VectorXd Follower::tangent(const MatrixXd& J, const VectorXd& along) const {
  // the last column of Q in J^T = Q R is orthogonal to all rows of J
  const MatrixXd Q = MatrixXd(J.transpose()).householderQr().householderQ();
  const VectorXd T = Q.col(n_);
  return T.dot(along) < 0 ? VectorXd(-T) : T;
}

std::optional<Station> Follower::step(const Station& from, double s) {
  std::optional<Station> to = correct(from.X + s * from.T, from.T, from.J);
  if (!to) return std::nullopt;
  to->J = jacobian(to->X, to->f);
  if (!to->J.allFinite()) return std::nullopt;
  to->T = tangent(to->J, from.T);
  if (to->T.dot(from.T) < smallest_cosine) return std::nullopt;
  return to;
}

std::optional<double> Follower::length_of_turn(const Station& from, double s) {
  const auto slope = [&](double length) {
    const std::optional<Station> at = correct(from.X + length * from.T, from.T, from.J);
    return at ? tangent(central_jacobian(at->X), from.T)[n_] : std::numeric_limits<double>::quiet_NaN();
  };
  return find_root(slope, 0, s, 1e-9 * s, most_root_steps);
}

std::optional<Station> Follower::polished(const Station& from, double length) {
  const VectorXd X = from.X + length * from.T;
  std::optional<Station> at = correct(X, from.T, from.J, 1e-3 * options_.tolerance);
  return at ? at : correct(X, from.T, from.J);
}

std::optional<BranchPoint> Follower::point_at(const Station& from, double s_low, double s_high,
                                              double s_guess, double lambda) {
  const auto solved = [&](VectorXd X, const MatrixXd& J) -> std::optional<BranchPoint> {
    X[n_] = lambda;
    const std::optional<Station> at = correct(X, along_lambda(), J);
    if (!at || !((at->X - X).norm() <= 0.5 * (s_high - s_low))) return std::nullopt;  // another passage
    BranchPoint point = point_of(*at);
    point.lambda = lambda;
    return point;
  };
  const VectorXd guess = from.X + s_guess * from.T;
  // not where the branch is about to turn
  if (std::abs(from.T[n_]) > 0.2)
    if (std::optional<BranchPoint> point = solved(guess, from.J)) return point;
  const auto miss = [&](double length) {
    const std::optional<Station> at = correct(from.X + length * from.T, from.T, from.J);
    return at ? at->X[n_] - lambda : std::numeric_limits<double>::quiet_NaN();
  };
  const std::optional<double> length =
      find_root(miss, s_low, s_high, 1e-6 * (s_high - s_low), most_root_steps);
  const std::optional<Station> at = correct(from.X + length.value_or(s_high) * from.T, from.T, from.J);
  return at ? solved(at->X, at->J) : std::nullopt;
}

bool passed(double from, double to, double lambda) {
  return (from < lambda && lambda <= to) || (to <= lambda && lambda < from);
}

}  // namespace

Branch follow_branch(const ParametrisedFunction& F, std::vector<double> x0, double lambda0, int direction,
                     const ContinuationOptions& options, std::span<const double> wanted) {
  const auto finite = [](double value) { return std::isfinite(value); };
  require(!x0.empty() && std::all_of(x0.begin(), x0.end(), finite) && finite(lambda0),
          "follow_branch needs a start of at least one unknown, all finite");
  require(direction == 1 || direction == -1,
          fmt::format("follow_branch: direction is -1 or 1, got {}", direction));
  Branch branch;
  branch.targets.resize(wanted.size());
  Follower follower(F, x0.size(), options);
  const auto n = Eigen::Index(x0.size());
  VectorXd X(n + 1);
  X.head(n) = Eigen::Map<const VectorXd>(x0.data(), n);
  X[n] = lambda0;

  const auto end = [&](std::string reason) {
    branch.completed = reason.empty();
    branch.reason = std::move(reason);
    branch.evaluations = follower.evaluations();
    return branch;
  };
  std::optional<Station> here =
      follower.correct(X, follower.along_lambda(), follower.jacobian(X, follower.values(X)));
  if (!here) return end(fmt::format("no solution was found at the start, lambda = {:.6g}", lambda0));
  here->J = follower.jacobian(here->X, here->f);
  if (!here->J.allFinite()) return end("F is not finite next to the start");
  here->T = follower.tangent(here->J, direction * follower.along_lambda());
  branch.points.push_back(follower.point_of(*here));
  for (std::size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i] == lambda0) branch.targets[i] = branch.points[0];

  double s = options.first_step;
  for (int count = 0; count < options.most_points; ++count) {
    std::optional<Station> next = follower.step(*here, s);
    while (!next && s / 2 >= options.smallest_step) {
      s /= 2;
      next = follower.step(*here, s);
    }
    if (!next)
      return end(fmt::format("the branch could not be followed beyond lambda = {:.10g}", here->X[n]));

    // between the ends of the step, and the turn if there is one, lambda is monotonic
    std::vector<std::pair<double, double>> stops{{0, here->X[n]}};  // length, lambda
    if ((here->T[n] > 0) != (next->T[n] > 0)) {
      const std::optional<double> length = follower.length_of_turn(*here, s);
      const std::optional<Station> turn = length ? follower.polished(*here, *length) : std::nullopt;
      if (!turn) return end(fmt::format("a fold near lambda = {:.10g} was not resolved", here->X[n]));
      branch.folds.push_back({follower.point_of(*turn), here->T[n] > 0 ? 1 : -1});
      stops.emplace_back(*length, turn->X[n]);
    }
    stops.emplace_back(s, next->X[n]);
    for (std::size_t k = 0; k + 1 < stops.size(); ++k) {
      const auto [s_low, low] = stops[k];
      const auto [s_high, high] = stops[k + 1];
      const auto met = [&, s_low = s_low, s_high = s_high, low = low, high = high](double lambda) {
        const double s_guess = s_low + (lambda - low) / (high - low) * (s_high - s_low);
        return follower.point_at(*here, s_low, s_high, s_guess, lambda);
      };
      for (std::size_t i = 0; i < wanted.size(); ++i)
        if (!branch.targets[i] && passed(low, high, wanted[i])) branch.targets[i] = met(wanted[i]);
      const double edge = high > low ? options.lambda_max : options.lambda_min;
      if (!passed(low, high, edge)) continue;
      const std::optional<BranchPoint> last = met(edge);
      if (!last) return end("the end of the range of lambda was passed but not met");
      branch.points.push_back(*last);
      return end("");
    }
    branch.points.push_back(follower.point_of(*next));
    if (next->T.dot(here->T) > 0.99) s = std::min(1.5 * s, options.largest_step);
    here = std::move(next);
  }
  return end(fmt::format("{} points did not reach the end of the range of lambda", options.most_points));
}

}  // namespace wfm
