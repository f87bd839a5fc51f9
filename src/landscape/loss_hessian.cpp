#include "landscape/loss_hessian.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "math/error.hpp"
#include "problems/problem.hpp"

namespace wfm::landscape {

namespace {

using Matrix = Eigen::MatrixXd;
using training::Layer;
using training::Network;
using training::top_coefficient;

Eigen::Index index(std::size_t value) {
  return Eigen::Index(value);
}

RealMatrix real_inputs(const Patterns& patterns) {
  if (!patterns.binary()) return std::get<RealMatrix>(patterns.inputs);
  const BitMatrix& bits = std::get<BitMatrix>(patterns.inputs);
  RealMatrix X(index(bits.rows()), index(bits.cols()));
  for (std::size_t a = 0; a < bits.rows(); ++a)
    for (std::size_t i = 0; i < bits.cols(); ++i) X(index(a), index(i)) = bits(a, i);
  return X;
}

}  // namespace

std::vector<UnitBlock> unit_blocks(const Network& network) {
  std::vector<UnitBlock> blocks;
  for (const Layer& layer : network.layers())
    for (int k = 0; k < layer.units; ++k)
      blocks.push_back(
          {layer.first_weight + std::size_t(k) * std::size_t(layer.fan_in), std::size_t(layer.fan_in)});
  return blocks;
}

LossHessian::LossHessian(const Network& network, std::span<const double> w, double beta,
                         const training::Loss& loss, const Patterns& patterns, bool tangent)
    : network_(network),
      w_(w.begin(), w.end()),
      beta_(beta),
      loss_function_(loss),
      tangent_(tangent),
      labels_(patterns.labels),
      units_(unit_blocks(network)) {
  require(w.size() == network.weights(),
          fmt::format("Hessian: the network has {} weights, given {}", network.weights(), w.size()));
  require(beta > 0 && std::isfinite(beta),
          fmt::format("Hessian: beta must be > 0 and finite, given {}", beta));
  validate(loss);
  require(patterns.count() > 0, "Hessian: needs at least one pattern, given 0");
  require(patterns.inputs_per_pattern() == std::size_t(network.shape().inputs),
          fmt::format("Hessian: patterns need {} inputs, given {}", network.shape().inputs,
                      patterns.inputs_per_pattern()));
  double units = 0;
  for (const Layer& layer : network.layers()) units += layer.units;
  require_memory(8 * double(patterns.count()) * (network.shape().inputs + 8 * units), "Hessian");
  X_ = real_inputs(patterns);
  forward();
  backward();
  for (const UnitBlock& unit : units_) {
    const Eigen::Map<const Eigen::VectorXd> wk(&w_[unit.first], index(unit.size)),
        gk(&gradient_[unit.first], index(unit.size));
    const double norm2 = wk.squaredNorm();
    require(!tangent || norm2 > 0, "Hessian: a unit of norm zero has no sphere to be tangent to");
    lambda_.push_back(norm2 > 0 ? wk.dot(gk) / norm2 : 0);
    if (!tangent) continue;
    // u + sign(u_0) e_0: the reflection takes u to -sign(u_0) e_0 without cancellation
    Eigen::VectorXd v = wk / std::sqrt(norm2);
    v[0] += v[0] < 0 ? -1 : 1;
    mirror_.push_back(v.normalized());
  }
}

std::size_t LossHessian::size() const {
  return w_.size() - (tangent_ ? units_.size() : 0);
}

Eigen::Map<const RealMatrix> LossHessian::matrix_of(std::size_t layer, std::span<const double> w) const {
  const Layer& shape = network_.layers()[layer];
  return {w.data() + shape.first_weight, shape.units, shape.fan_in};
}

// sums[k][a] = W[k].xi[a]/sqrt n
Matrix LossHessian::first_sums(const Eigen::Ref<const RealMatrix>& W) const {
  const Layer& layer = network_.layers()[0];
  const double scale = 1 / std::sqrt(double(layer.fan_in));
  Matrix sums(layer.units, X_.rows());
  if (!network_.shape().tree) {
    sums.noalias() = scale * (W * X_.transpose());
    return sums;
  }
  for (Eigen::Index k = 0; k < layer.units; ++k)
    sums.row(k).noalias() =
        scale * (X_.middleCols(k * layer.fan_in, layer.fan_in) * W.row(k).transpose()).transpose();
  return sums;
}

// gradient[k][i] = sum_a error[k][a] xi[a][i]/sqrt n
void LossHessian::first_gradient(const Matrix& error, Eigen::Ref<RealMatrix> gradient) const {
  const Layer& layer = network_.layers()[0];
  const double scale = 1 / std::sqrt(double(layer.fan_in));
  if (!network_.shape().tree) {
    gradient.noalias() = scale * (error * X_);
    return;
  }
  for (Eigen::Index k = 0; k < layer.units; ++k)
    gradient.row(k).noalias() = scale * (error.row(k) * X_.middleCols(k * layer.fan_in, layer.fan_in));
}

void LossHessian::forward() {
  const auto& layers = network_.layers();
  const auto& shape = network_.shape();
  state_.resize(layers.size());
  for (std::size_t l = 0; l < layers.size(); ++l) {
    LayerState& s = state_[l];
    const auto W = matrix_of(l, w_);
    Matrix h = l == 0 ? first_sums(W) : Matrix(W * state_[l - 1].x / std::sqrt(double(layers[l].fan_in)));
    if (layers[l].linear) {
      s.slope = Matrix::Ones(h.rows(), h.cols());
      s.bend = Matrix::Zero(h.rows(), h.cols());
      s.x = std::move(h);
      continue;
    }
    s.x.resize(h.rows(), h.cols());
    s.slope.resize(h.rows(), h.cols());
    s.bend.resize(h.rows(), h.cols());
    for (Eigen::Index j = 0; j < h.size(); ++j) {
      const auto phi = training::evaluate(shape.activation, beta_ * h.data()[j]);
      s.x.data()[j] = phi.value;
      s.slope.data()[j] = beta_ * phi.first;
      s.bend.data()[j] = beta_ * beta_ * phi.second;
    }
  }
}

void LossHessian::backward() {
  const auto& layers = network_.layers();
  const auto& shape = network_.shape();
  const Eigen::Index P = X_.rows();
  first_.resize(P);
  second_.resize(P);
  for (Eigen::Index a = 0; a < P; ++a) {
    double field = 0;
    for (int k = 0; k < layers.back().units; ++k) field += top_coefficient(shape, k) * state_.back().x(k, a);
    const int sigma = labels_[std::size_t(a)];
    const auto f = training::evaluate(loss_function_, sigma * field);
    loss_ += f.value / double(P);
    first_[a] = sigma * f.first / double(P);
    second_[a] = f.second / double(P);
  }
  gradient_.assign(w_.size(), 0);
  for (std::size_t l = layers.size(); l-- > 0;) {
    LayerState& s = state_[l];
    const Layer& layer = layers[l];
    if (l + 1 == layers.size()) {
      s.by_x.resize(layer.units, P);
      for (int k = 0; k < layer.units; ++k) s.by_x.row(k) = top_coefficient(shape, k) * first_;
    } else {
      s.by_x =
          matrix_of(l + 1, w_).transpose() * state_[l + 1].by_h / std::sqrt(double(layers[l + 1].fan_in));
    }
    s.by_h = s.by_x.cwiseProduct(s.slope);
    Eigen::Map<RealMatrix> gradient(&gradient_[layer.first_weight], layer.units, layer.fan_in);
    if (l == 0)
      first_gradient(s.by_h, gradient);
    else
      gradient = s.by_h * state_[l - 1].x.transpose() / std::sqrt(double(layer.fan_in));
  }
}

void LossHessian::euclidean(std::span<const double> v, std::span<double> out) const {
  const auto& layers = network_.layers();
  const std::size_t L = layers.size();
  // up: derivatives along v of h and x
  std::vector<Matrix> dh(L), dx(L);
  for (std::size_t l = 0; l < L; ++l) {
    const auto V = matrix_of(l, v);
    if (l == 0)
      dh[l] = first_sums(V);
    else
      dh[l] = (V * state_[l - 1].x + matrix_of(l, w_) * dx[l - 1]) / std::sqrt(double(layers[l].fan_in));
    dx[l] = dh[l].cwiseProduct(state_[l].slope);
  }
  Eigen::RowVectorXd dfield = Eigen::RowVectorXd::Zero(X_.rows());
  for (int k = 0; k < layers.back().units; ++k)
    dfield += top_coefficient(network_.shape(), k) * dx.back().row(k);
  // down: of d loss/dx and d loss/dh
  const Eigen::RowVectorXd by_field = dfield.cwiseProduct(second_);
  Matrix by_x(layers.back().units, X_.rows());
  for (int k = 0; k < layers.back().units; ++k) by_x.row(k) = top_coefficient(network_.shape(), k) * by_field;
  for (std::size_t l = L; l-- > 0;) {
    const LayerState& s = state_[l];
    const Layer& layer = layers[l];
    const Matrix by_h = by_x.cwiseProduct(s.slope) + s.by_x.cwiseProduct(s.bend).cwiseProduct(dh[l]);
    Eigen::Map<RealMatrix> product(out.data() + layer.first_weight, layer.units, layer.fan_in);
    const double scale = 1 / std::sqrt(double(layer.fan_in));
    if (l == 0) {
      first_gradient(by_h, product);
      return;
    }
    product = scale * (by_h * state_[l - 1].x.transpose() + s.by_h * dx[l - 1].transpose());
    by_x = scale * (matrix_of(l, w_).transpose() * by_h + matrix_of(l, v).transpose() * s.by_h);
  }
}

std::vector<double> LossHessian::embed(std::span<const double> v) const {
  require(v.size() == size(), fmt::format("Hessian: a direction has {} entries, given {}", size(), v.size()));
  if (!tangent_) return {v.begin(), v.end()};
  std::vector<double> full(w_.size());
  std::size_t read = 0;
  for (std::size_t k = 0; k < units_.size(); ++k) {
    const UnitBlock& unit = units_[k];
    Eigen::Map<Eigen::VectorXd> x(&full[unit.first], index(unit.size));
    for (std::size_t i = 1; i < unit.size; ++i) x[index(i)] = v[read++];
    x -= 2 * mirror_[k].dot(x) * mirror_[k];
  }
  return full;
}

void LossHessian::multiply(std::span<const double> v, std::span<double> out) const {
  require(v.size() == size() && out.size() == size(),
          fmt::format("Hessian: vectors have {} entries, given {} and {}", size(), v.size(), out.size()));
  if (!tangent_) return euclidean(v, out);
  const std::vector<double> full = embed(v);
  std::vector<double> product(full.size());
  euclidean(full, product);
  std::size_t written = 0;
  for (std::size_t k = 0; k < units_.size(); ++k) {
    const UnitBlock& unit = units_[k];
    Eigen::Map<Eigen::VectorXd> y(&product[unit.first], index(unit.size));
    y -= lambda_[k] * Eigen::Map<const Eigen::VectorXd>(&full[unit.first], index(unit.size));
    y -= 2 * mirror_[k].dot(y) * mirror_[k];
    for (std::size_t i = 1; i < unit.size; ++i) out[written++] = y[index(i)];
  }
}

SymmetricOperator LossHessian::product() const {
  return {size(), [this](std::span<const double> v, std::span<double> out) { multiply(v, out); }};
}

Eigen::VectorXd LossHessian::curvature(int k, int l) const {
  require(
      network_.layers().size() == 1,
      fmt::format("Hessian: only a network of one layer of weights has its blocks in closed form, given {}",
                  network_.layers().size()));
  const LayerState& s = state_[0];
  const double fan_in = network_.layers()[0].fan_in;
  // f'' (d field/dh_k) (d field/dh_l) + delta_kl sigma f' d^2 field/dh_k^2
  Eigen::RowVectorXd c = second_.cwiseProduct(s.slope.row(k)).cwiseProduct(s.slope.row(l)) *
                         top_coefficient(network_.shape(), k) * top_coefficient(network_.shape(), l);
  if (k == l) c += s.by_x.row(k).cwiseProduct(s.bend.row(k));
  return c.transpose() / fan_in;
}

}  // namespace wfm::landscape
