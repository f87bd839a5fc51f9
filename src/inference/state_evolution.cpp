#include "inference/state_evolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "inference/channel.hpp"
#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"

namespace wfm::inference {

namespace {

/// 1 - q of weights that know the teacher: the grid resolves no less.
double frozen(int hidden) {
  return hidden == 1 ? 1e-8 : 1e-3;
}

void check(const StateEvolutionParams& params) {
  const Architecture& architecture = params.architecture;
  validate(architecture);
  require(architecture.tree || architecture.hidden == 1,
          "state evolution: hidden units must see inputs of their own (a tree)");
  require(architecture.hidden <= 3,
          fmt::format("state evolution: at most 3 hidden units, given {}", architecture.hidden));
  require(params.alpha >= 0 && std::isfinite(params.alpha),
          fmt::format("state evolution: alpha must be finite and >= 0, given {}", params.alpha));
  require(params.initial_field > 0 && std::isfinite(params.initial_field),
          fmt::format("state evolution: initial_field must be > 0, given {}", params.initial_field));
}

/// Many inputs: the channel's smallest variance, which stands for the lattice of +-1 sums, does not matter.
Architecture large(Architecture architecture) {
  architecture.inputs = architecture.hidden * 500'000'000;
  return architecture;
}

/// Points of the standard normal measure in K dimensions.
struct Grid {
  std::vector<std::vector<double>> z;
  std::vector<double> weight;
};

/// For one unit, dense around the places where the student's and the teacher's output change.
Grid line(double margin, double q, double V, double unknown) {
  constexpr double end = 9, widths = 8;
  std::vector<double> breaks{-end, end};
  for (const auto& [place, width] : {std::pair{margin, std::sqrt(V)}, {0.0, std::sqrt(unknown)}})
    for (const double side : {-widths, widths})
      breaks.push_back(std::clamp((place + side * width) / std::sqrt(q), -end, end));
  std::sort(breaks.begin(), breaks.end());
  Grid grid;
  for (std::size_t j = 1; j < breaks.size(); ++j) {
    if (breaks[j] == breaks[j - 1]) continue;
    const QuadratureRule rule = composite_gauss_legendre(10, 12, breaks[j - 1], breaks[j]);
    for (std::size_t i = 0; i < rule.size(); ++i) {
      grid.z.push_back({rule.nodes[i]});
      grid.weight.push_back(rule.weights[i] * G(rule.nodes[i]));
    }
  }
  return grid;
}

Grid cube(int hidden) {
  const QuadratureRule rule = gaussian_panels(8, hidden == 2 ? 8 : 5, 7);
  Grid grid{{{}}, {1}};
  for (int k = 0; k < hidden; ++k) {
    Grid finer;
    for (std::size_t j = 0; j < grid.z.size(); ++j)
      for (std::size_t i = 0; i < rule.size(); ++i) {
        finer.z.push_back(grid.z[j]);
        finer.z.back().push_back(rule.nodes[i]);
        finer.weight.push_back(grid.weight[j] * rule.weights[i]);
      }
    grid = std::move(finer);
  }
  return grid;
}

/// The fields that follow from the order parameters of the weights, and back.
class Iteration {
 public:
  explicit Iteration(const StateEvolutionParams& params)
      : params_(params),
        student_(large(params.architecture), params.margin, false),
        teacher_(large(params.architecture), 0, false) {
    if (params.architecture.hidden > 1) cube_ = cube(params.architecture.hidden);
  }

  StateEvolutionPoint weights_of_fields(double qhat, double Rhat) const {
    StateEvolutionPoint point{0, 0, qhat, Rhat};
    point.q = integrate(field_, [&](double z) { return std::pow(std::tanh(Rhat + std::sqrt(qhat) * z), 2); });
    if (params_.teacher)
      point.R = integrate(field_, [&](double z) { return std::tanh(Rhat + std::sqrt(qhat) * z); });
    return point;
  }

  StateEvolutionPoint next(const StateEvolutionPoint& old) const {
    const std::size_t K = std::size_t(params_.architecture.hidden);
    const double V = 1 - old.q, slope = old.R / old.q;
    const double unknown = std::max(1 - old.R * slope, V);
    Grid adapted;
    const Grid& grid = K == 1 ? adapted = line(params_.margin, old.q, V, unknown) : cube_;
    const std::vector<double> V_student(K, V), V_teacher(K, unknown);
    std::vector<double> omega(K), shown(K);
    ChannelOutput student, teacher;
    double qhat = 0, Rhat = 0;
    for (std::size_t j = 0; j < grid.z.size(); ++j) {
      for (std::size_t k = 0; k < K; ++k) {
        omega[k] = std::sqrt(old.q) * grid.z[j][k];
        shown[k] = slope * omega[k];
      }
      for (const int label : {-1, 1}) {
        student_.evaluate(label, omega, V_student, student);
        teacher_.evaluate(label, shown, V_teacher, teacher);
        const double weight = grid.weight[j] * std::exp(teacher.log_Z);
        for (std::size_t k = 0; k < K; ++k) {
          qhat += weight * student.g[k] * student.g[k];
          Rhat += weight * teacher.g[k] * student.g[k];
        }
      }
    }
    // alpha K times the average over the units
    return weights_of_fields(params_.alpha * qhat, params_.teacher ? params_.alpha * Rhat : 0);
  }

 private:
  const StateEvolutionParams& params_;
  Channel student_, teacher_;
  Grid cube_;
  QuadratureRule field_ = gaussian_panels(48, 12, 9);
};

}  // namespace

double StateEvolutionPoint::sign_overlap() const {
  return 1 - 2 * H(Rhat / std::sqrt(qhat));
}

StateEvolution state_evolution(const StateEvolutionParams& params, int iterations, double tolerance) {
  check(params);
  const Iteration iteration(params);
  StateEvolution evolution;
  evolution.points.push_back(iteration.weights_of_fields(params.initial_field * params.initial_field, 0));
  for (int t = 0; t < iterations && !evolution.converged; ++t) {
    const StateEvolutionPoint& old = evolution.points.back();
    if (old.q == 0 ||
        1 - old.q < frozen(params.architecture.hidden)) {  // without patterns, or with nothing left to learn
      evolution.converged = true;
      break;
    }
    const StateEvolutionPoint point = iteration.next(old);
    evolution.converged = std::max(std::abs(point.q - old.q), std::abs(point.R - old.R)) < tolerance;
    evolution.points.push_back(point);
  }
  return evolution;
}

}  // namespace wfm::inference
