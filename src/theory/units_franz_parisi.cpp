#include "theory/units_franz_parisi.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include <fmt/format.h>

#include "math/branch_free.hpp"
#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "theory/graded_rule.hpp"

namespace wfm::theory {

namespace {

constexpr double z_reach = 6.5, m_reach = 7;  // of normal variables: what is beyond has weight 1e-10
constexpr double smallest_X = 1e-250;         // below, ln X comes from logarithms
constexpr double negligible_row = 1e-15;
constexpr double negligible_curvature = 1e-12;
// of a kernel, e^-200 = 1e-87: references beyond largest_units_reach feel it, and no product of three is denormal
constexpr double negligible_exponent = -200;

using Vector = std::vector<double>;

/// Numbers of units that are +1 (committee), or parity of the number of -1, among those that were contracted.
class States {
 public:
  explicit States(const UnitsChannel& channel)
      : units_(channel.units()), parity_(channel.is_parity()), majority_((channel.units() + 1) / 2) {}
  int count() const { return parity_ ? 2 : units_ + 1; }
  int next(int state, int tau) const {
    if (parity_) return tau > 0 ? state : 1 - state;
    return state + (tau > 0 ? 1 : 0);
  }
  bool right(int state) const { return parity_ ? state == 0 : state >= majority_; }
  /// Whether `state` after `done` units occurs and may still become right.
  bool alive(int state, int done) const {
    if (parity_) return done > 0 ? true : state == 0;
    return state <= done && state + units_ - done >= majority_;
  }

 private:
  int units_;
  bool parity_;
  int majority_;
};

/// k(m_j, tau | z_i) over the larger tail of the unit at z_i, with the weights of m: [i n_m + j].
struct Kernels {
  std::array<Vector, 2> k;  // tau = +1, -1
  std::array<Vector, 2>
      edge;  // its derivative with respect to p but for that with respect to m: at the reference's margin
};

Kernels kernels_of(const UnitsChannel& reference_channel, const ReferenceState& reference,
                   const OverlapPoint& o, const UnitsGrid& grid) {
  const std::size_t n_z = grid.z.size(), n_m = grid.m.size();
  const double root_qt = std::sqrt(reference.Q), stretch = std::sqrt(1 + o.rho * o.rho);
  Kernels kernels;
  for (int side = 0; side < 2; ++side) {
    const double tau = side == 0 ? 1 : -1;
    kernels.k[side].resize(n_z * n_m);
    kernels.edge[side].resize(n_z * n_m);
    for (std::size_t i = 0; i < n_z; ++i) {
      const double z = grid.z.nodes[i];
      const UnitTails tails = reference_channel.tails(root_qt * z, reference.st * reference.st);
      const double A = tau > 0 ? tails.a_plus : tails.a_minus, log_larger = tails.log_larger;
      double* k = kernels.k[side].data() + i * n_m;
      double* edge = kernels.edge[side].data() + i * n_m;
      for (std::size_t j = 0; j < n_m; ++j) {
        const double x = (grid.m.nodes[j] - o.c0 * z) / o.s;
        const double B = stretch * A - tau * o.rho * x, above = B > 0 ? B : 0;
        const double density = grid.m.weights[j] * one_over_sqrt_2pi / o.s;
        const double exponent = -0.5 * (x * x + above * above) - log_larger;
        if (exponent < negligible_exponent) continue;
        k[j] = density * exponential(exponent).value * scaled_tail(B).value;
        const double below = B < 0 ? B : 0;  // the square of B > 0 is in the exponent already
        if (exponent - 0.5 * below * below > negligible_exponent)
          edge[j] = tau * density * stretch / reference.st * one_over_sqrt_2pi *
                    exponential(exponent - 0.5 * below * below).value;
      }
    }
  }
  return kernels;
}

/// The last axis: [state][i n_m + j], what a unit at z_i adds to an average of m_j that is right in the end.
std::vector<Vector> last_axis(const States& states, int units, const std::array<Vector, 2>& kernel) {
  std::vector<Vector> last(std::size_t(states.count()), Vector(kernel[0].size()));
  for (int state = 0; state < states.count(); ++state) {
    if (!states.alive(state, units - 1)) continue;
    for (int side = 0; side < 2; ++side) {
      if (!states.right(states.next(state, side == 0 ? 1 : -1))) continue;
      for (std::size_t ij = 0; ij < kernel[0].size(); ++ij) last[state][ij] += kernel[side][ij];
    }
  }
  return last;
}

/// Units but the last, contracted: nodes m_1 <= m_2 of each row, and for every state n_z numbers a row.
struct Rows {
  std::vector<std::array<std::size_t, 2>> nodes;
  std::vector<Vector> values;  // [state][row n_z + i]
};

/// out[rest] += factor in[rest]
void add_scaled(std::span<double> out, std::span<const double> in, double factor) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] += factor * in[i];
}

/// Contracts all axes of source[z_1 .. z_K] but the last.
Rows contract(const States& states, int units, std::span<const double> source, const Kernels& kernels,
              std::size_t n_z, std::size_t n_m) {
  Rows rows;
  rows.nodes.push_back({0, 0});
  rows.values.assign(std::size_t(states.count()), {});
  rows.values[0].assign(source.begin(), source.end());
  std::size_t rest = source.size();  // numbers a row
  for (int done = 0; done + 1 < units; ++done) {
    rest /= n_z;
    Rows next;
    next.values.resize(std::size_t(states.count()));
    for (const auto& row : rows.nodes)
      for (std::size_t j = done == 0 ? 0 : row[0]; j < n_m; ++j)
        next.nodes.push_back(done == 0 ? std::array{j, j} : std::array{row[0], j});
    for (int state = 0; state < states.count(); ++state)
      if (states.alive(state, done + 1)) next.values[state].assign(next.nodes.size() * rest, 0.0);
    for (int state = 0; state < states.count(); ++state) {
      if (rows.values[state].empty()) continue;
      for (int side = 0; side < 2; ++side) {
        Vector& target = next.values[states.next(state, side == 0 ? 1 : -1)];
        if (target.empty()) continue;
        std::size_t to = 0;
        for (std::size_t from = 0; from < rows.nodes.size(); ++from)
          for (std::size_t j = done == 0 ? 0 : rows.nodes[from][0]; j < n_m; ++j, ++to)
            for (std::size_t i = 0; i < n_z; ++i)
              add_scaled({target.data() + to * rest, rest},
                         {rows.values[state].data() + (from * n_z + i) * rest, rest},
                         kernels.k[side][i * n_m + j]);
      }
    }
    rows = std::move(next);
  }
  return rows;
}

/// sum over states and z_K of a row times the last axis, at every m_K.
void finish_row(const Rows& rows, std::size_t row, const std::vector<Vector>& last, std::size_t n_z,
                Vector& out) {
  std::fill(out.begin(), out.end(), 0.0);
  for (std::size_t state = 0; state < last.size(); ++state) {
    if (rows.values[state].empty()) continue;
    for (std::size_t i = 0; i < n_z; ++i)
      add_scaled(out, {last[state].data() + i * out.size(), out.size()}, rows.values[state][row * n_z + i]);
  }
}

double largest_of_row(const Rows& rows, std::size_t row, std::size_t n_z) {
  double largest = 0;
  for (const Vector& values : rows.values)
    for (std::size_t i = 0; !values.empty() && i < n_z; ++i)
      largest = std::max(largest, std::abs(values[row * n_z + i]));
  return largest;
}

/// One unit at every node m: probabilities relative to the larger one, and their slopes.
struct CountedUnit {
  std::vector<UnitTails> tails;
  Vector plus, minus, slope_plus, slope_minus;
};

CountedUnit counted_unit(const UnitsChannel& channel, const QuadratureRule& m, double v) {
  CountedUnit unit;
  for (const double h : m.nodes) {
    unit.tails.push_back(channel.tails(h, v));
    const UnitTails& tails = unit.tails.back();
    unit.plus.push_back(tails.plus);
    unit.minus.push_back(tails.minus);
    unit.slope_plus.push_back(tails.plus * tails.r_plus);
    unit.slope_minus.push_back(tails.minus * tails.r_minus);
  }
  return unit;
}

/// Weights of the others' signs for which the last unit may be +1 and -1, relative to their larger tails.
std::array<double, 2> weights_of_others(const States& states, std::span<const UnitTails> others) {
  std::array<double, most_contracted_units + 1> weight = {}, next{};
  weight[0] = 1;
  for (const UnitTails& unit : others) {
    next.fill(0);
    for (int state = 0; state < states.count(); ++state) {
      if (weight[state] == 0) continue;
      next[states.next(state, 1)] += weight[state] * unit.plus;
      next[states.next(state, -1)] += weight[state] * unit.minus;
    }
    weight = next;
  }
  std::array<double, 2> result{};
  for (int state = 0; state < states.count(); ++state) {
    if (states.right(states.next(state, 1))) result[0] += weight[state];
    if (states.right(states.next(state, -1))) result[1] += weight[state];
  }
  return result;
}

/// Images of m_1 <= m_2 <= m_3 under permutations; 0 outside.
double images(int units, const std::array<std::size_t, 2>& others, std::size_t last) {
  if (units == 1) return 1;
  if (last < others[1]) return 0;
  if (units == 2) return last == others[0] ? 1 : 2;
  if (others[0] == others[1]) return last == others[1] ? 1 : 3;
  return last == others[1] ? 3 : 6;
}

UnitsAverages unresolved() {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  return {{nan, nan, nan, nan, nan, nan}, nan};
}

}  // namespace

UnitsFields::UnitsFields(const Machine& machine, double reference_margin, double margin)
    : reference_(machine, reference_margin), counted_(machine, margin) {
  require(machine.hidden <= most_contracted_units,
          fmt::format("a Franz-Parisi curve knows up to {} hidden units or infinitely many, got the {}",
                      most_contracted_units, name_of(machine)));
}

UnitsGrid UnitsFields::grid(const ReferenceState& reference, const OverlapPoint& o, double step) const {
  const int K = reference_.units();
  UnitsGrid grid;
  const double root_qt = std::sqrt(reference.Q), stretch = std::sqrt(1 + o.rho * o.rho);
  if (reference.q <= uncorrelated_qt) {
    grid.z = {{0.0}, {1.0}};
  } else {
    // in z the reference's tails turn over st/sqrt(qt), k over s/c0 and where B does
    const double steepest =
        std::max({1.0, root_qt / reference.st, 0.55 * std::abs(o.c0) / o.s,
                  0.55 * std::abs(stretch * root_qt / reference.st - o.rho * o.c0 / o.s)});
    const int most = K == 3 ? 60 : K == 2 ? 300 : 1000;
    const double wanted = std::ceil(z_reach * steepest * units_field_step / (0.45 * step));
    grid.resolved = wanted <= most;
    const int count = grid.resolved ? static_cast<int>(wanted) : 1;
    const double z_step = z_reach / count;
    for (int i = -count; i <= count; ++i) {
      grid.z.nodes.push_back(z_step * i);
      grid.z.weights.push_back(z_step * G(z_step * i));
    }
  }

  // ln X turns at the margin, k where B = 0 for the typical reference; both on either side
  const double deviation = std::sqrt(o.one_minus_q), margin = counted_.margin();
  const double b = o.rho * std::sqrt(o.gamma), turn = (b * b + o.gamma) / (b * reference.st);
  const double edge_width = std::hypot(o.s / o.rho, o.c0 - turn * root_qt);
  const double root_Q = std::sqrt(o.Q);
  const double reach = m_reach + std::abs(b) * reference.margin / (reference.st * root_Q);
  std::vector<SharpPlace> places{{0, 1}};
  const auto add_edge = [&](double centre, double width) {
    const SharpPlace edge = edge_place(centre / root_Q, width / root_Q, reach);
    if (edge.width == 2) return;
    places.push_back(edge);
    if (edge.centre != 0) places.push_back({-edge.centre, edge.width});
  };
  add_edge(margin, 0.6 * deviation);
  add_edge(turn * reference.margin, edge_width);
  grid.m = graded_rule(places, -reach, reach, step);
  for (std::size_t j = 0; j < grid.m.size(); ++j) {
    grid.m.nodes[j] *= root_Q;
    grid.m.weights[j] *= root_Q;
  }

  if (!grid.resolved) return grid;
  const std::size_t n = grid.z.size();
  const double v = reference.st * reference.st;
  std::vector<UnitTails> tails;
  for (const double z : grid.z.nodes) tails.push_back(reference_.tails(root_qt * z, v));
  std::size_t size = 1;
  for (int l = 0; l < K; ++l) size *= n;
  grid.source.resize(size);
  grid.source_score.resize(size);
  std::array<UnitTails, most_contracted_units> at;
  std::array<double, most_contracted_units> rt;
  std::array<std::size_t, most_contracted_units> node;
  for (std::size_t index = 0; index < size; ++index) {
    std::size_t digits = index;
    for (int l = K; l-- > 0; digits /= n) node[l] = digits % n;
    if (!std::is_sorted(node.begin(), node.begin() + K)) continue;
    double weight = 1, log_larger = 0;
    for (int l = 0; l < K; ++l) {
      at[l] = tails[node[l]];
      weight *= grid.z.weights[node[l]];
      log_larger += at[l].log_larger;
    }
    weight *= std::exp(log_larger - reference_({at.data(), std::size_t(K)}, {rt.data(), std::size_t(K)}));
    // symmetric under permutations: the last unit is any of them
    std::array<int, most_contracted_units> order{0, 1, 2};
    do {
      std::size_t image = 0;
      for (int l = 0; l < K; ++l) image = image * n + node[order[l]];
      grid.source[image] = weight;
      grid.source_score[image] = weight * rt[order[K - 1]];
    } while (std::next_permutation(order.begin(), order.begin() + K));
  }
  return grid;
}

UnitsAverages UnitsFields::averages(const ReferenceState& reference, const OverlapPoint& o,
                                    const UnitsGrid& grid, Entropies entropies, bool with_curvature) const {
  if (!grid.resolved) return unresolved();
  const int K = counted_.units();
  const States states(counted_);
  const std::size_t n_z = grid.z.size(), n_m = grid.m.size();
  const Kernels kernels = kernels_of(reference_, reference, o, grid);
  const std::vector<Vector> last = last_axis(states, K, kernels.k), edge = last_axis(states, K, kernels.edge);
  const Rows rows = contract(states, K, grid.source, kernels, n_z, n_m);
  const Rows score_rows = contract(states, K, grid.source_score, kernels, n_z, n_m);
  const CountedUnit unit = counted_unit(counted_, grid.m, o.one_minus_q);

  UnitsAverages result;
  EnergeticAverages& sum = result.energetic;
  Vector weight(n_m), score_weight(n_m), edge_weight(n_m), X(n_m), r(n_m);
  std::array<UnitTails, most_contracted_units> tails;
  std::array<double, most_contracted_units> gradient;
  std::array<double, most_contracted_units * most_contracted_units> hessian;
  const std::size_t others = std::size_t(K) - 1;
  for (std::size_t row = 0; row < rows.nodes.size(); ++row) {
    if (largest_of_row(rows, row, n_z) + largest_of_row(score_rows, row, n_z) < negligible_row) continue;
    finish_row(rows, row, last, n_z, weight);
    finish_row(score_rows, row, last, n_z, score_weight);
    finish_row(rows, row, edge, n_z, edge_weight);
    const auto& node = rows.nodes[row];
    double log_larger = 0;
    for (std::size_t l = 0; l < others; ++l) {
      tails[l] = unit.tails[node[l]];
      log_larger += tails[l].log_larger;
    }
    const auto [with_plus, with_minus] = weights_of_others(states, {tails.data(), others});
    for (std::size_t j = 0; j < n_m; ++j) {
      X[j] = with_plus * unit.plus[j] + with_minus * unit.minus[j];
      r[j] = (with_plus * unit.slope_plus[j] + with_minus * unit.slope_minus[j]) / X[j];
    }
    const double copies = others == 2 && node[0] != node[1] ? 2 : 1;
    for (std::size_t j = 0; j < n_m; ++j) {
      double log_X = 0;
      if (X[j] < smallest_X) {
        if (std::abs(weight[j]) + std::abs(edge_weight[j]) < negligible_row) continue;
        tails[others] = unit.tails[j];
        log_X = counted_({tails.data(), others + 1}, {gradient.data(), others + 1});
        r[j] = gradient[others];
      } else if (entropies == Entropies::with) {
        log_X = std::log(X[j]) + log_larger + unit.tails[j].log_larger;
      }
      sum.normalisation += copies * weight[j];
      sum.log_H += copies * weight[j] * log_X;
      sum.score2 += copies * K * weight[j] * r[j] * r[j];
      sum.cross_score += copies * K * score_weight[j] * r[j];
      result.slope += copies * K * edge_weight[j] * r[j];
    }
    for (std::size_t j = 0; with_curvature && j < n_m; ++j) {
      const double factor = images(K, node, j) * weight[j];
      if (std::abs(factor) < negligible_curvature) continue;
      tails[others] = unit.tails[j];
      counted_({tails.data(), others + 1}, {gradient.data(), others + 1},
               {hessian.data(), (others + 1) * (others + 1)});
      for (std::size_t lm = 0; lm < (others + 1) * (others + 1); ++lm)
        sum.curvature2 += factor * hessian[lm] * hessian[lm];
    }
  }
  return result;
}

}  // namespace wfm::theory
