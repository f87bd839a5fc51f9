// (LD.1), energetic part for one field a pattern: E over z of ln int Dz' H(u)^y,   u = B - (sigma/sqrt v) z',
// B = (kappa - sqrt(Q0) z)/sqrt(v),   sigma^2 = Q1 - Q0,   v = Q(1) - Q1.
// The inner integrand is log-concave: its curvature in z' is 1 + c R'(u), c = y sigma^2/v, and its maximum is (LD.5).
#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "theory/energetics.hpp"
#include "theory/graded_rule.hpp"
#include "theory/repaired_field.hpp"
#include "theory/units_energetics.hpp"

namespace wfm::theory {

namespace {

constexpr double outer_step = 0.12, inner_step = 0.16;
constexpr double reach = 9;  // in z': exp(-9^2/2) = 3e-18

/// What one z contributes: averages <.> over z' with weight H(u)^y.
struct InnerAverages {
  double log_integral = 0;  // ln int Dz' H^y
  double log_H = 0;         // <ln H>
  double ratio = 0;         // <R>
  double ratio2 = 0;        // <R^2>
  double response = 0;      // -d<R>/dB = y Var(R) - <R'>, times -1: <R'> - y Var(R)
};

// Nodes at r = w (2 p + e^p), p = h j: even steps where u grows beyond the edge, which H^y passes like exp(-e^x), and growing
// ones on the flat side.
double crowded(double p) {
  return 2 * p + std::exp(p);
}
double crowded_slope(double p) {
  return 2 + std::exp(p);
}

/// crowded(p) = r
double crowded_inverse(double r) {
  double p = r > 3 ? std::log(r) : r / 2;  // right of the root of a convex function
  for (int k = 0; k < 50; ++k) {
    const double change = (crowded(p) - r) / crowded_slope(p);
    p -= change;
    if (std::abs(change) <= 1e-6) break;
  }
  return p;
}

/// The integral over z' for every B at one sharpness t = sigma/sqrt(v) and y.
///
/// H^y turns from 1 to 0 at u_edge = -s, s^2 = 2 ln(1+y), within 1/s. Where the maximum lies beyond it, the rule is centred at the
/// maximum. Where it lies before, on the flat side, it is a unit Gaussian, and the nodes crowd at the edge: the same nodes in u
/// for every B, made once. An edge more than `reach` away does not matter. For y < 1 a maximum beyond the edge is the wider
/// of the two, and they share the nodes too.
class InnerIntegral {
 public:
  InnerIntegral(double t, double y, double step);
  InnerAverages at(double B) const;

 private:
  struct Node {
    double u = 0, weight = 0, log_H = 0, ratio = 0;
  };
  struct Sums {
    double norm = 0, log_H = 0, ratio = 0, ratio2 = 0, slope = 0;
    void add(const Node& node, double weight);
  };
  Sums around_maximum(double B, double z_peak, double log_peak, double width) const;
  Sums around_edge(double B, double z_peak, double log_peak) const;

  double t_, y_, c_, step_;
  double s_, u_edge_, edge_width_;
  double u_last_ = 0;
  std::vector<Node> edge_nodes_;
};

InnerIntegral::InnerIntegral(double t, double y, double step)
    : t_(t), y_(y), c_(y * t * t), step_(step), s_(std::sqrt(2 * std::log1p(y))), u_edge_(-s_) {
  edge_width_ = t > 0 ? 1 / (t * std::max(1.0, s_)) : 1;
  if (!(edge_width_ < 1)) return;
  // r = z' - z'_edge = w crowded(p), x = p + r/L: steps grow from 2 h w to h L. To the left y ln H has fallen by 125 at the end.
  constexpr double L = 4, largest_fall = 125;
  constexpr int most_nodes = 4000;
  const double w = edge_width_, log_H_edge = log_H(u_edge_);
  const auto node_at = [&](double x, double& p) {
    for (int k = 0; k < 50; ++k) {
      const double change = (p + w / L * crowded(p) - x) / (1 + w / L * crowded_slope(p));
      p -= change;
      if (std::abs(change) <= 1e-14 * (1 + std::abs(p))) break;
    }
    const double u = u_edge_ - t * w * crowded(p), slope = w * crowded_slope(p);
    return Node{u, step * slope / (1 + slope / L), log_H(u), R(u)};
  };
  double p = 0;
  for (int j = 0; j < most_nodes; ++j, p += step) {
    edge_nodes_.push_back(node_at(step * j, p));
    if (w * crowded(p) > 2 * reach) break;
  }
  p = 0;
  for (int j = -1; j > -most_nodes; --j) {
    edge_nodes_.push_back(node_at(step * j, p));
    u_last_ = edge_nodes_.back().u;
    if (w * crowded(p) < -reach || y * (log_H_edge - edge_nodes_.back().log_H) > largest_fall) break;
  }
}

void InnerIntegral::Sums::add(const Node& node, double weight) {
  norm += weight;
  log_H += weight * node.log_H;
  ratio += weight * node.ratio;
  ratio2 += weight * node.ratio * node.ratio;
  slope += weight * node.ratio * (node.ratio - node.u);
}

InnerIntegral::Sums InnerIntegral::around_maximum(double B, double z_peak, double log_peak,
                                                  double width) const {
  // left of the maximum u > u_peak, where the curvature exceeds the maximum's
  const double w = std::min({1.0, edge_width_, width});
  const double p_min = crowded_inverse(-reach * width / w), p_max = crowded_inverse(reach / w);
  const int count = int(std::ceil((p_max - p_min) / step_)) + 1;
  const double growth = std::exp(step_);
  double e = std::exp(p_min);
  Sums sums;
  for (int j = 0; j < count; ++j, e *= growth) {
    const double z = z_peak + w * (2 * (p_min + step_ * j) + e), u = B - t_ * z;
    const Node node{u, step_ * w * (2 + e), log_H(u), R(u)};
    sums.add(node, node.weight * std::exp(y_ * node.log_H - z * z / 2 - log_peak));
  }
  return sums;
}

InnerIntegral::Sums InnerIntegral::around_edge(double B, double z_peak, double log_peak) const {
  Sums sums;
  for (const Node& node : edge_nodes_) {
    const double z = (B - node.u) / t_;
    if (std::abs(z - z_peak) > reach) continue;
    sums.add(node, node.weight * std::exp(y_ * node.log_H - z * z / 2 - log_peak));
  }
  return sums;
}

InnerAverages InnerIntegral::at(double B) const {
  const double u_peak = repaired_field(B, c_), ratio_peak = R(u_peak);
  const double z_peak = y_ * t_ * ratio_peak;  // = (B - u)/t
  const double width = 1 / std::sqrt(1 + c_ * ratio_peak * (ratio_peak - u_peak));
  const double log_peak = y_ * log_H(u_peak) - z_peak * z_peak / 2;
  const bool before = u_peak < u_edge_ && u_edge_ - u_peak < reach * t_;
  const double span = reach * t_ * width;
  const bool beyond =
      u_peak >= u_edge_ && t_ * width > 2 && u_peak - u_edge_ < span && u_peak + span <= u_last_;
  const bool at_edge = !edge_nodes_.empty() && (before || beyond);
  const Sums sums = at_edge ? around_edge(B, z_peak, log_peak) : around_maximum(B, z_peak, log_peak, width);

  constexpr double half_log_2pi = 0.91893853320467274178;
  InnerAverages average;
  average.log_integral = log_peak + std::log(sums.norm) - half_log_2pi;
  average.log_H = sums.log_H / sums.norm;
  average.ratio = sums.ratio / sums.norm;
  average.ratio2 = sums.ratio2 / sums.norm;
  average.response = sums.slope / sums.norm - y_ * (average.ratio2 - average.ratio * average.ratio);
  return average;
}

ClusterEnergetics one_field_cluster_energetics(const Machine& machine, double margin, const Overlap& q0,
                                               const Overlap& q1, double y, double refinement) {
  const Kernel kernel(machine);
  const double root_Q0 = std::sqrt(kernel.Q(q0)), v = kernel.rest(q1), deviation = std::sqrt(v);
  const double sigma2 = std::max(kernel.rest(q0) - v, 0.0);
  const double slope0 = kernel.slope(q0), slope1 = kernel.slope(q1);

  const InnerIntegral inner(std::sqrt(sigma2 / v), y, inner_step / refinement);
  const double s = std::sqrt(2 * std::log1p(y * sigma2 / v));
  const QuadratureRule rule =
      graded_normal_rule({(margin + s * deviation) / root_Q0, 2 * deviation / (root_Q0 * std::max(1.0, s))},
                         outer_step / refinement);

  double log_integral = 0, log_X = 0, r2_between = 0, r2_within = 0, response2 = 0;
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const InnerAverages average = inner.at((margin - root_Q0 * rule.nodes[j]) / deviation);
    log_integral += rule.weights[j] * average.log_integral;
    log_X += rule.weights[j] * average.log_H;
    r2_between += rule.weights[j] * average.ratio * average.ratio / v;
    r2_within += rule.weights[j] * average.ratio2 / v;
    response2 += rule.weights[j] * average.response * average.response / (v * v);
  }
  ClusterEnergetics result;
  result.value = log_integral / y;
  result.value_y = (log_X - result.value) / y;
  result.force0 = slope0 * r2_between;
  result.force1 = slope1 * r2_within;
  result.outer = slope0 * slope0 * response2  //
                 + kernel.curvature(q0) * r2_between;
  return result;
}

void check(const Overlap& q0, const Overlap& q1, double y, double refinement) {
  require(q0.q >= 0 && q0.q <= q1.q && q1.one_minus_q > 0,
          fmt::format("cluster_energetics needs 0 <= q0 <= q1 < 1, got q0 = {}, q1 = {}", q0.q, q1.q));
  require(y > 0 && std::isfinite(y) && refinement > 0,
          fmt::format("cluster_energetics needs a finite y > 0 and a refinement > 0, got {} and {}", y,
                      refinement));
}

}  // namespace

ClusterEnergetics cluster_energetics(const Machine& machine, double margin, const Overlap& q0,
                                     const Overlap& q1, double y, double refinement) {
  check(q0, q1, y, refinement);
  if (!has_one_field(machine)) return units_cluster_energetics(machine, margin, q0, q1, y, refinement);
  return one_field_cluster_energetics(machine, margin, q0, q1, y, refinement);
}

double cluster_force0(const Machine& machine, double margin, const Overlap& q0, const Overlap& q1, double y,
                      double refinement) {
  check(q0, q1, y, refinement);
  if (!has_one_field(machine)) return units_cluster_force0(machine, margin, q0, q1, y, refinement);
  return one_field_cluster_energetics(machine, margin, q0, q1, y, refinement).force0;
}

}  // namespace wfm::theory
