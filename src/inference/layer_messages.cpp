#include "inference/layer_messages.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"

namespace wfm::inference {

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
}

std::size_t LayerStack::first_weight(int layer) const {
  std::size_t weights = 0;
  for (int l = 0; l < layer; ++l) weights += std::size_t(units(l)) * std::size_t(fan_in(l));
  return weights;
}

void validate(const LayerStack& stack) {
  for (int l = 0; l < stack.layers(); ++l)
    require(stack.fan_in(l) >= 1,
            fmt::format("layers: every width must be at least 1, got {} in layer {}", stack.fan_in(l), l));
  require(!stack.fixed_top || (!stack.hidden.empty() && stack.hidden.back() % 2 == 1),
          fmt::format("layers: a fixed top needs an odd number of units below, got {}",
                      stack.hidden.empty() ? 0 : stack.hidden.back()));
}

UnitForce unit_force(double z, double B) {
  if (B == 0) return {};
  const double side = B > 0 ? 1 : -1, x = side * z;
  // e^{-2|B|} (1-p)/p of the side that B is on
  const double odds = std::exp(-2 * std::abs(B) + log_H(x) - log_H(-x));
  const double g = side * R(-x) * -std::expm1(-2 * std::abs(B)) / (1 + odds);
  return {g, g * (g + z)};
}

double unit_belief(double z, double B) {
  return std::tanh(B + 0.5 * (log_H(-z) - log_H(z)));
}

LayerMessages::LayerMessages(const LayerStack& stack, RealMatrix xi, std::span<const double> labels)
    : stack_(stack), labels_(Eigen::Map<const Eigen::VectorXd>(labels.data(), Eigen::Index(labels.size()))) {
  const Eigen::Index batch = xi.rows();
  layers_.resize(std::size_t(stack.layers()));
  for (int l = 0; l < stack.layers(); ++l) {
    Layer& layer = layers_[std::size_t(l)];
    const Eigen::Index K = stack.units(l), n = stack.fan_in(l);
    layer.g = layer.B = RealMatrix::Zero(batch, K);
    layer.w = RealMatrix::Ones(K, n);
    if (l > 0) layer.x = RealMatrix::Zero(batch, n);
  }
  layers_[0].x = std::move(xi);
}

void LayerMessages::set_beliefs(std::span<const double> m) {
  for (int l = 0; l < stack_.layers(); ++l) {
    Layer& layer = layers_[std::size_t(l)];
    layer.w_old = layer.w;
    layer.g_old = layer.g;
    if (l > 0) layer.x_old = layer.x;
    if (stack_.learns(l))
      layer.w =
          Eigen::Map<const RealMatrix>(m.data() + stack_.first_weight(l), layer.w.rows(), layer.w.cols());
  }
}

void LayerMessages::upwards() {
  for (int l = 0; l < stack_.layers(); ++l) {
    Layer& layer = layers_[std::size_t(l)];
    const RealMatrix &w = layer.w, &x = layer.x;
    const double n = double(w.cols());
    const RealMatrix w2 = w.cwiseAbs2(), x2 = x.cwiseAbs2();
    RealMatrix V = x2 * w2.transpose() / -n;  // m^2 D + s x^2 + s D = x^2 + D - m^2 x^2
    if (l == 0)
      V.colwise() += (x2.rowwise().sum() / n).eval();
    else
      V.array() += 1;
    RealMatrix echo = V;  // inputs: D = 0, x' = x
    if (l > 0) {
      const RealMatrix s = 1 - w2.array(), D = 1 - x2.array();
      echo = (x.cwiseProduct(layer.x_old) * s.transpose() + D * w.cwiseProduct(layer.w_old).transpose()) / n;
    }
    layer.root_V = V.cwiseMax(least_preactivation_variance).cwiseSqrt();
    layer.z = (x * w.transpose() / std::sqrt(n) - layer.g_old.cwiseProduct(echo)).cwiseQuotient(layer.root_V);
    if (l + 1 < stack_.layers()) layers_[std::size_t(l) + 1].x = layer.z.binaryExpr(layer.B, &unit_belief);
  }
}

RealMatrix LayerMessages::forces(int l, double margin) {
  Layer& layer = layers_[std::size_t(l)];
  const bool top = l + 1 == stack_.layers();
  RealMatrix Gamma = layer.g;
  for (Eigen::Index a = 0; a < layer.z.rows(); ++a)
    for (Eigen::Index k = 0; k < layer.z.cols(); ++k) {
      const double root = layer.root_V(a, k), sigma = labels_[a];
      const UnitForce force = top ? unit_force(layer.z(a, k) - sigma * margin / root, sigma * infinity)
                                  : unit_force(layer.z(a, k), layer.B(a, k));
      layer.g(a, k) = force.g / root;
      Gamma(a, k) = force.Gamma / (root * root);
    }
  return Gamma;
}

void LayerMessages::pass(std::span<const double> m, double margin, std::span<double> fields) {
  set_beliefs(m);
  upwards();
  for (int l = stack_.layers() - 1; l >= 0; --l) {
    const RealMatrix Gamma = forces(l, margin);
    const Layer& layer = layers_[std::size_t(l)];
    const RealMatrix &w = layer.w, &x = layer.x;
    const double n = double(w.cols()), root_n = std::sqrt(n);
    const RealMatrix gg = layer.g.cwiseProduct(layer.g_old);
    Eigen::Map<RealMatrix> H(fields.data() + stack_.first_weight(l), w.rows(), w.cols());
    if (!stack_.learns(l)) {
      H.setZero();
    } else {
      H = layer.g.transpose() * x / root_n + w.cwiseProduct(Gamma.transpose() * x.cwiseAbs2()) / n;
      if (l > 0) {
        const RealMatrix D = 1 - x.array().square();
        H -= layer.w_old.cwiseProduct(gg.transpose() * D) / n;
      }
    }
    if (l == 0) continue;
    const RealMatrix s = 1 - w.array().square();
    layers_[std::size_t(l) - 1].B = layer.g * w / root_n + x.cwiseProduct(Gamma * w.cwiseAbs2()) / n -
                                    layer.x_old.cwiseProduct(gg * s) / n;
  }
}

RealMatrix input_rows(const Patterns& patterns, std::span<const std::size_t> which) {
  const auto rows = Eigen::Index(which.size()), N = Eigen::Index(patterns.inputs_per_pattern());
  RealMatrix x(rows, N);
  for (Eigen::Index a = 0; a < rows; ++a) {
    const std::size_t row = which[std::size_t(a)];
    if (const auto* bits = std::get_if<BitMatrix>(&patterns.inputs))
      for (Eigen::Index i = 0; i < N; ++i) x(a, i) = (*bits)(row, std::size_t(i));
    else
      x.row(a) = std::get<RealMatrix>(patterns.inputs).row(Eigen::Index(row));
  }
  return x;
}

std::int64_t layered_errors(const LayerStack& stack, std::span<const double> field,
                            const Patterns& patterns) {
  constexpr std::size_t rows = 256;
  const auto sign = [](double h) { return h < 0 ? -1.0 : 1.0; };
  std::vector<std::size_t> all(patterns.count());
  std::iota(all.begin(), all.end(), std::size_t{0});
  std::int64_t errors = 0;
  for (std::size_t first = 0; first < all.size(); first += rows) {
    const auto which = std::span(all).subspan(first, std::min(rows, all.size() - first));
    RealMatrix x = input_rows(patterns, which);
    for (int l = 0; l < stack.layers(); ++l) {
      RealMatrix w = RealMatrix::Ones(stack.units(l), stack.fan_in(l));
      if (stack.learns(l))
        w = Eigen::Map<const RealMatrix>(field.data() + stack.first_weight(l), w.rows(), w.cols())
                .unaryExpr(sign);
      x = (x * w.transpose()).eval().unaryExpr(sign);
    }
    for (std::size_t a = 0; a < which.size(); ++a)
      errors += x(Eigen::Index(a), 0) * patterns.labels[which[a]] < 0;
  }
  return errors;
}

}  // namespace wfm::inference
