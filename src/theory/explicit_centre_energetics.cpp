#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include <Eigen/Core>

#include "math/branch_free.hpp"
#include "math/gaussian.hpp"
#include "theory/explicit_centre_averages.hpp"

namespace wfm::theory {

namespace {

constexpr double reach = 8.2;         // of normal variables: G(8.2) = 1e-15
constexpr double window = 7.8;        // of w around the integrand's maximum: its logarithm has curvature < -1
constexpr double longest_reach = 90;  // of w
constexpr double block_width = 4;     // of w, in which e^{-w^2/2} is scaled by one factor
constexpr double largest_exponent = 600;
constexpr std::ptrdiff_t most_nodes = 20000;  // of one lattice
constexpr double most_terms = 3e8;            // of one evaluation, about a second
constexpr int interpolation_points = 10;

/// Probabilities (they may be negative where they interpolate) of the normal law of given mean and deviation on the lattice
/// j spacing, j = first, first + 1, ...
struct LatticeLaw {
  std::ptrdiff_t first = 0;
  std::vector<double> weights;
};

/// Density times spacing where the lattice resolves it; else the law's first moments are those of its weights: the values of a
/// smooth function at Gauss-Hermite nodes, interpolated from the lattice.
LatticeLaw lattice_law(double mean, double deviation, double spacing) {
  LatticeLaw law;
  if (deviation >= 1.3 * spacing) {
    law.first = std::ptrdiff_t(std::ceil((mean - reach * deviation) / spacing));
    const auto last = std::ptrdiff_t(std::floor((mean + reach * deviation) / spacing));
    for (std::ptrdiff_t j = law.first; j <= last; ++j)
      law.weights.push_back(G((double(j) * spacing - mean) / deviation) * spacing / deviation);
    return law;
  }
  // int Dx l_j(mean + deviation x), l_j Lagrange's polynomials of the points around the mean: 6 nodes are exact to degree 11
  constexpr std::array<double, 3> nodes{0.61670659019259422, 1.8891758777537109, 3.3242574335521193};
  constexpr std::array<double, 3> probabilities{0.40882846955602919, 0.088615746041914523,
                                                0.0025557844020562465};
  law.first = std::ptrdiff_t(std::floor(mean / spacing)) - interpolation_points / 2 + 1;
  law.weights.assign(interpolation_points, 0);
  for (std::size_t k = 0; k < 2 * nodes.size(); ++k) {
    const double node = k < nodes.size() ? nodes[k] : -nodes[k - nodes.size()];
    const double x = (mean + deviation * node) / spacing - double(law.first);
    for (int j = 0; j < interpolation_points; ++j) {
      double l = probabilities[k % nodes.size()];
      for (int i = 0; i < interpolation_points; ++i)
        if (i != j) l *= (x - i) / (j - i);
      law.weights[std::size_t(j)] += l;
    }
  }
  return law;
}

/// A number of nodes; one more than there may be where it is larger, or not a number.
std::ptrdiff_t nodes(double count) {
  return count <= double(most_nodes) ? std::ptrdiff_t(count) : most_nodes + 1;
}

/// Lattices in w and in the solutions' field u = m0 + sigma w: w = w_min + i h, m0 = j k sigma h, so that I is a sum of products
/// of a table in w and a table in u.
struct Lattice {
  double h = 0;  // of w
  double w_min = 0;
  std::ptrdiff_t n = 0;  // nodes of w
  std::ptrdiff_t k = 1;  // steps of w in one of m0
  double spacing = 0;    // of m0, k sigma h
  double z_step = 0;
  std::ptrdiff_t z_nodes = 0;  // on either side of 0
};

Lattice make_lattice(const CentreOverlaps& o, double margin, double centre_margin, double y,
                     double refinement) {
  const double sigma = std::sqrt(o.within), s = std::sqrt(o.one_minus_q1);
  const double stiffness = y * o.within / o.one_minus_q1;  // of the solutions' constraint in w
  const double tilt = o.rho * o.rho / o.one_minus_rho2;    // of the centre's
  Lattice lattice;
  // every factor of the integrand is a Gaussian of this width, or smoother
  lattice.h = 0.75 / std::sqrt(1 + stiffness + tilt) / refinement;
  // the weight's largest w, at z = m0/sqrt q0 = -reach
  const double a = std::max(0.0, (centre_margin + reach * std::sqrt(o.qt)) / std::sqrt(o.one_minus_qt));
  const double b = std::max(0.0, (margin + reach * std::sqrt(o.q0)) / sigma);
  const double w_max =
      reach + std::max({o.rho * a, stiffness * b / (1 + stiffness),
                        (o.rho / o.one_minus_rho2 * a + stiffness * b) / (1 + tilt + stiffness)});
  lattice.w_min = -reach;
  if (!(w_max <= longest_reach)) return lattice;
  // ln I is a function of m0 as smooth as X^y; where the law of m0 is narrower it is interpolated
  const double deviation = std::sqrt(o.A), scale = s / std::sqrt(1 + y);
  const double wanted = deviation > 0.7 * scale ? std::min(0.7 * deviation, 0.6 * scale) / refinement
                                                : 0.36 * scale / refinement;
  lattice.h = std::min(lattice.h, wanted / sigma);
  lattice.n = nodes((w_max - lattice.w_min) / lattice.h) + 1;
  lattice.k = std::max<std::ptrdiff_t>(1, nodes(wanted / (sigma * lattice.h)));
  lattice.spacing = double(lattice.k) * sigma * lattice.h;
  lattice.z_step = std::min(0.5, 0.4 * std::sqrt(o.one_minus_qt / o.qt)) / refinement;
  lattice.z_nodes = o.qt > 0 ? nodes(reach / lattice.z_step) : 0;
  return lattice;
}

/// e^x, exactly 0 where it would be no normal number.
inline double vanishing_exponential(double x) {
  return x > -708 ? exponential(x).value : 0;
}

/// e^scale X^y {1, r, r^2, ln X} at fields (first + i) sigma h + sigma w_min. X^y falls below all doubles at large y and -m0, hence
/// one table for each scale that is needed.
class SolutionTable {
 public:
  struct Scaled {
    double scale = 0;
    Eigen::Matrix<double, 4, Eigen::Dynamic, Eigen::RowMajor> values;
  };

  SolutionTable(const CentreOverlaps& o, double margin, double y, const Lattice& lattice,
                std::ptrdiff_t first, std::ptrdiff_t count)
      : y_(y), log_X_(count), r_(count) {
    const double sigma = std::sqrt(o.within), over_s = 1 / std::sqrt(o.one_minus_q1);
    double *const log_X = log_X_.data(), *const r = r_.data();
    for (std::ptrdiff_t i = 0; i < count; ++i) {
      const double b = (margin - sigma * (lattice.w_min + double(first + i) * lattice.h)) * over_s;
      const ScaledTail tail = scaled_tail(b);
      log_X[i] = log_of_tail(tail, b);
      r[i] = tail.ratio * over_s;
    }
  }
  double log_weight(std::ptrdiff_t i) const { return y_ * log_X_[i]; }

  /// The table in which e^scale X^y is between e^-250 and e^250 at node i.
  const Scaled& around(std::ptrdiff_t i) {
    const auto level = std::size_t(std::lround(-log_weight(i) / scale_step));
    while (tables_.size() <= level) tables_.emplace_back();
    Scaled& table = tables_[level];
    if (table.values.size() == 0) fill(table, scale_step * double(level));
    return table;
  }

 private:
  static constexpr double scale_step = 500;

  void fill(Scaled& table, double scale) const {
    table.scale = scale;
    table.values.resize(4, log_X_.size());
    const double *const log_X = log_X_.data(), *const r = r_.data();
    double *const weights = table.values.row(0).data(), *const by_r = table.values.row(1).data(),
                  *const by_r2 = table.values.row(2).data(), *const by_log = table.values.row(3).data();
    for (std::ptrdiff_t i = 0; i < log_X_.size(); ++i) {
      const double x = y_ * log_X[i] + scale,
                   weight = vanishing_exponential(x < largest_exponent ? x : largest_exponent);
      weights[i] = weight;
      by_r[i] = weight * r[i];
      by_r2[i] = weight * r[i] * r[i];
      by_log[i] = weight * log_X[i];
    }
  }

  double y_;
  Eigen::VectorXd log_X_, r_;
  std::vector<Scaled> tables_;
};

/// e^{-w^2/2} {H(B), G(B)} at one z. Far out e^{-w^2/2} is no double, hence blocks of nodes with a common factor e^{-scale}.
class CentreTable {
 public:
  struct Block {
    double scale = 0;
    std::ptrdiff_t begin = 0;
    Eigen::VectorXd weight, force;  // from `begin` on
  };

  CentreTable(const CentreOverlaps& o, double centre_margin, double z, const Lattice& lattice)
      : lattice_(lattice), log_weight_(lattice.n), log_force_(lattice.n) {
    const double deviation = std::sqrt(o.one_minus_rho2);
    const double a = (centre_margin - std::sqrt(o.qt) * z) / std::sqrt(o.one_minus_qt);
    const double B0 = a / deviation, slope = o.rho / deviation;
    double *const log_weight = log_weight_.data(), *const log_force = log_force_.data();
    for (std::ptrdiff_t i = 0; i < lattice.n; ++i) {
      const double w = lattice.w_min + double(i) * lattice.h, B = B0 - slope * w;
      log_weight[i] = log_of_tail(scaled_tail(B), B) - w * w / 2;
      log_force[i] = -(w * w + B * B) / 2;
    }
    blocks_.resize(std::size_t(double(lattice.n) / nodes_per_block()) + 1);
  }
  double log_weight(std::ptrdiff_t i) const { return log_weight_[i]; }

  /// The block that covers the window around node i.
  const Block& block(std::ptrdiff_t i) {
    Block& block = blocks_[std::size_t(double(i) / nodes_per_block())];
    if (block.weight.size() > 0) return block;
    const auto index = double(&block - blocks_.data());
    const double margin = window / lattice_.h + 2;
    block.begin = std::max<std::ptrdiff_t>(0, std::ptrdiff_t(index * nodes_per_block() - margin));
    const std::ptrdiff_t end =
        std::min(lattice_.n, std::ptrdiff_t((index + 1) * nodes_per_block() + margin) + 1);
    const auto core = std::ptrdiff_t(index * nodes_per_block());
    const std::ptrdiff_t core_end = std::min(lattice_.n, std::ptrdiff_t((index + 1) * nodes_per_block()) + 1);
    block.scale = log_weight_.segment(core, core_end - core).maxCoeff();
    const std::ptrdiff_t count = end - block.begin;
    block.weight.resize(count);
    block.force.resize(count);
    fill(log_weight_.data() + block.begin, block.scale, block.weight.data(), count);
    fill(log_force_.data() + block.begin, block.scale, block.force.data(), count);
    return block;
  }

 private:
  static void fill(const double* logarithms, double scale, double* values, std::ptrdiff_t count) {
    for (std::ptrdiff_t k = 0; k < count; ++k) {
      const double x = logarithms[k] - scale;
      values[k] = vanishing_exponential(x < largest_exponent ? x : largest_exponent);
    }
  }
  double nodes_per_block() const { return block_width / lattice_.h; }

  const Lattice& lattice_;
  Eigen::VectorXd log_weight_, log_force_;
  std::vector<Block> blocks_;
};

}  // namespace

CentreEnergetics centre_energetics(const CentreOverlaps& o, double margin, double centre_margin, double y,
                                   double refinement) {
  const Lattice lattice = make_lattice(o, margin, centre_margin, y, refinement);
  const double regression = o.qt > 0 ? o.st / std::sqrt(o.qt) : 0;  // of m0 on z
  const double m0_reach = std::abs(regression) * reach + reach * std::sqrt(o.A);
  const std::ptrdiff_t m0_nodes = nodes(m0_reach / lattice.spacing) + interpolation_points;
  CentreEnergetics e;
  // z, m0, w
  const double terms = (2 * double(lattice.z_nodes) + 1) *
                       (2 * reach * std::sqrt(o.A) / lattice.spacing + interpolation_points) *
                       std::min(double(lattice.n), 2 * window / lattice.h);
  // also false for NaN
  if (!(lattice.n > 0 && terms <= most_terms && lattice.n <= most_nodes &&
        m0_reach / lattice.spacing < double(most_nodes) && m0_nodes * lattice.k <= most_nodes &&
        lattice.z_nodes <= most_nodes)) {
    e.log_I = e.log_X = e.qt = e.st = e.q0 = e.q1 = e.cross = std::numeric_limits<double>::quiet_NaN();
    return e;
  }
  SolutionTable solutions(o, margin, y, lattice, -m0_nodes * lattice.k, 2 * m0_nodes * lattice.k + lattice.n);
  const auto half_window = std::ptrdiff_t(window / lattice.h);
  const double density = lattice.h * one_over_sqrt_2pi;  // int Dw = h/sqrt(2 pi) sum e^{-w^2/2}
  const double force = one_over_sqrt_2pi / std::sqrt(o.one_minus_qt * o.one_minus_rho2);

  for (std::ptrdiff_t iz = -lattice.z_nodes; iz <= lattice.z_nodes; ++iz) {
    const double z = double(iz) * lattice.z_step;
    const double z_weight = lattice.z_nodes > 0 ? G(z) * lattice.z_step : 1;
    CentreTable centre(o, centre_margin, z, lattice);
    e.terms += double(lattice.n);
    const LatticeLaw law = lattice_law(regression * z, std::sqrt(o.A), lattice.spacing);
    std::ptrdiff_t peak = lattice.n - 1;  // of the integrand in w; it falls as m0 grows
    for (std::size_t j = 0; j < law.weights.size(); ++j) {
      const double probability = z_weight * law.weights[j];
      if (std::abs(probability) < 1e-17) continue;
      const std::ptrdiff_t shift = (law.first + std::ptrdiff_t(j) + m0_nodes) * lattice.k;
      const auto log_integrand = [&](std::ptrdiff_t i) {
        return centre.log_weight(i) + solutions.log_weight(shift + i);
      };
      while (peak > 0 && log_integrand(peak - 1) >= log_integrand(peak)) --peak;
      const CentreTable::Block& block = centre.block(peak);
      // left of the peak both constraints are sharp
      const double negligible = log_integrand(peak) - 34;
      std::ptrdiff_t begin = std::max(block.begin, peak - half_window), above = peak;
      while (above - begin > 1 && log_integrand(begin) < negligible) {
        const std::ptrdiff_t middle = begin + (above - begin) / 2;
        (log_integrand(middle) < negligible ? begin : above) = middle;
      }
      const std::ptrdiff_t end = std::min(lattice.n, peak + half_window + 1);
      e.terms += double(end - begin);
      const SolutionTable::Scaled& scaled = solutions.around(shift + peak);
      const auto columns = scaled.values.middleCols(shift + begin, end - begin);
      const Eigen::Vector4d by_weight =  // sum H(B) X^y {1, r, r^2, ln X}
          columns * block.weight.segment(begin - block.begin, end - begin);
      const Eigen::Vector2d by_force =  // sum G(B) X^y {1, r}
          columns.topRows<2>() * block.force.segment(begin - block.begin, end - begin);
      const double r = by_weight[1] / by_weight[0], rt = force * by_force[0] / by_weight[0];
      e.log_I += probability * (block.scale - scaled.scale + std::log(density * by_weight[0]));
      e.log_X += probability * by_weight[3] / by_weight[0];
      e.qt += probability * rt * rt;
      e.st += probability * rt * r;
      e.q0 += probability * r * r;
      e.q1 += probability * by_weight[2] / by_weight[0];
      e.cross += probability * force * by_force[1] / by_weight[0];
    }
  }
  return e;
}

}  // namespace wfm::theory
