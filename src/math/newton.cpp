#include "math/newton.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>
#include <Eigen/QR>

#include "math/error.hpp"

namespace wfm {

namespace {

using Eigen::MatrixXd;
using Eigen::VectorXd;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::span<const double> view(const VectorXd& x) {
  return {x.data(), std::size_t(x.size())};
}

class Equations {
 public:
  Equations(const VectorFunction& F, const JacobianFunction& jacobian, double difference_step)
      : F_(F), jacobian_(jacobian), difference_step_(difference_step) {}

  VectorXd values(const VectorXd& x) {
    VectorXd result = VectorXd::Constant(x.size(), std::numeric_limits<double>::quiet_NaN());
    F_(view(x), {result.data(), std::size_t(result.size())});
    ++evaluations_;
    return result;
  }

  MatrixXd jacobian(const VectorXd& x, const VectorXd& at_x) {
    MatrixXd J(x.size(), x.size());
    if (jacobian_) {
      std::vector<double> rows(J.size(), std::numeric_limits<double>::quiet_NaN());
      jacobian_(view(x), rows);
      return Eigen::Map<const RowMajor>(rows.data(), J.rows(), J.cols());
    }
    for (Eigen::Index j = 0; j < x.size(); ++j) {
      // forward, or backward where forward leaves the domain
      for (double sign : {1.0, -1.0}) {
        VectorXd shifted = x;
        shifted[j] += sign * difference_step_ * std::max(std::abs(x[j]), 1e-3);
        J.col(j) = (values(shifted) - at_x) / (shifted[j] - x[j]);
        if (J.col(j).allFinite()) break;
      }
    }
    return J;
  }

  int evaluations() const { return evaluations_; }

 private:
  const VectorFunction& F_;
  const JacobianFunction& jacobian_;
  double difference_step_;
  int evaluations_ = 0;
};

// Least squares of J dx = -F, sqrt(lambda) D dx = 0, which is the equation of the header without squaring J.
VectorXd regularised_step(const MatrixXd& J, const VectorXd& F, double lambda) {
  if (lambda == 0) return J.colPivHouseholderQr().solve(-F);
  const Eigen::Index n = F.size();
  const VectorXd D = J.colwise().norm().cwiseMax(1e-12 * J.norm());
  MatrixXd stacked(2 * n, n);
  stacked << J, MatrixXd((std::sqrt(lambda) * D).asDiagonal());
  VectorXd right = VectorXd::Zero(2 * n);
  right.head(n) = -F;
  return stacked.colPivHouseholderQr().solve(right);
}

constexpr double smallest_lambda = 1e-6, largest_lambda = 1e12;

double stronger(double lambda) {
  return std::max(10 * lambda, smallest_lambda);
}
double weaker(double lambda) {
  return lambda > 10 * smallest_lambda ? lambda / 10 : 0;
}

/// J with the smallest change that takes `step` to the change of F.
void broyden_update(MatrixXd& J, const VectorXd& step, const VectorXd& change) {
  J += (change - J * step) * step.transpose() / step.squaredNorm();
}

}  // namespace

NewtonResult solve_newton(const VectorFunction& F, std::vector<double> x0, const NewtonOptions& options,
                          const JacobianFunction& jacobian) {
  if (x0.empty()) throw InvalidInput("solve_newton: x0 must not be empty");
  Equations equations(F, jacobian, options.difference_step);
  VectorXd x = Eigen::Map<const VectorXd>(x0.data(), Eigen::Index(x0.size()));
  VectorXd value = equations.values(x);
  MatrixXd J;
  bool kept = options.keep_jacobian && options.start_jacobian.size() == x0.size() * x0.size();
  if (kept) J = Eigen::Map<const RowMajor>(options.start_jacobian.data(), x.size(), x.size());

  std::string reason;
  if (!value.allFinite()) reason = "F is not finite at the starting point";
  double lambda = 0;
  for (int step = 0; reason.empty() && !(value.cwiseAbs().maxCoeff() <= options.tolerance); ++step) {
    if (step == options.max_steps) {
      reason = fmt::format("residual {:.3g} after {} Newton steps", value.cwiseAbs().maxCoeff(), step);
      break;
    }
    if (!kept) J = equations.jacobian(x, value);
    if (!J.allFinite()) {
      reason = "the Jacobian is not finite";
      break;
    }
    const double largest_norm = kept ? 0.5 * value.norm() : value.norm();
    for (bool descended = false; !descended;) {
      const VectorXd trial = x + regularised_step(J, value, kept ? 0 : lambda);
      const VectorXd trial_value = trial.allFinite() ? equations.values(trial) : trial;
      descended = trial_value.allFinite() && trial_value.norm() < largest_norm;
      if (descended) {
        if (options.keep_jacobian) broyden_update(J, trial - x, trial_value - value);
        x = trial;
        value = trial_value;
        if (!kept) lambda = weaker(lambda);
        kept = options.keep_jacobian;
      } else if (kept) {
        kept = false;
        break;
      } else if (lambda >= largest_lambda) {
        reason = fmt::format("no step lowers |F| (residual {:.3g})", value.cwiseAbs().maxCoeff());
        break;
      } else {
        lambda = stronger(lambda);
      }
    }
  }

  NewtonResult result;
  result.x.assign(x.begin(), x.end());
  if (J.size() > 0) {
    const RowMajor rows = J;
    result.jacobian.assign(rows.data(), rows.data() + rows.size());
  }
  result.residual = value.allFinite() ? value.cwiseAbs().maxCoeff() : std::numeric_limits<double>::infinity();
  result.evaluations = equations.evaluations();
  result.converged = reason.empty();
  result.reason = reason;
  return result;
}

}  // namespace wfm
