#include "training/network.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::training {
namespace {

using ConstMap = Eigen::Map<const FloatMatrix>;
using Map = Eigen::Map<FloatMatrix>;

std::span<float> flat(FloatMatrix& matrix) {
  return {matrix.data(), std::size_t(matrix.size())};
}

ConstMap matrix_of(const Layer& layer, std::span<const float> w) {
  return {w.data() + layer.first_weight, layer.units, layer.fan_in};
}

// sums[k][a] = w[k].xi[a]
void first_sums(const Network& network, std::span<const float> w, const Batch& batch, FloatMatrix& sums) {
  const Layer& layer = network.layers()[0];
  const std::size_t parts = network.input_parts(), units = std::size_t(layer.units) / parts,
                    B = batch.count(), n = std::size_t(layer.fan_in);
  for (std::size_t k = 0; k < parts; ++k) {
    if (batch.packed())
      multiply(batch.forward[k], w.subspan(k * n, units * n), units, flat(sums).subspan(k * B, units * B));
    else
      sums.middleRows(Eigen::Index(k * units), Eigen::Index(units)).noalias() =
          ConstMap(&w[k * n], Eigen::Index(units), Eigen::Index(n)) *
          batch.real.middleCols(Eigen::Index(parts > 1 ? k * n : 0), Eigen::Index(n)).transpose();
  }
}

// gradient[k][i] = sum_a error[k][a] xi[a][i]
void first_gradient(const Network& network, FloatMatrix& error, const Batch& batch,
                    std::span<float> gradient) {
  const Layer& layer = network.layers()[0];
  const std::size_t parts = network.input_parts(), units = std::size_t(layer.units) / parts,
                    B = batch.count(), n = std::size_t(layer.fan_in);
  for (std::size_t k = 0; k < parts; ++k) {
    if (batch.packed())
      multiply(batch.backward[k], flat(error).subspan(k * B, units * B), units,
               gradient.subspan(k * n, units * n));
    else
      Map(&gradient[k * n], Eigen::Index(units), Eigen::Index(n)).noalias() =
          error.middleRows(Eigen::Index(k * units), Eigen::Index(units)) *
          batch.real.middleCols(Eigen::Index(parts > 1 ? k * n : 0), Eigen::Index(n));
  }
}

void require_weights(const Network& network, std::size_t given) {
  if (given != network.weights())
    throw InvalidInput(fmt::format("network: it has {} weights, given {}", network.weights(), given));
}

}  // namespace

double top_coefficient(const NetworkShape& shape, int k) {
  if (shape.trained_top) return 1;
  const bool negative = shape.activation == Activation::relu && k % 2 == 1;
  return (negative ? -1 : 1) / std::sqrt(double(shape.hidden.back()));
}

void validate(const NetworkShape& shape) {
  const auto& [inputs, hidden, tree, trained_top, activation] = shape;
  if (inputs < 1) throw InvalidInput(fmt::format("network: needs inputs >= 1, given {}", inputs));
  for (const int units : hidden)
    if (units < 1) throw InvalidInput(fmt::format("network: a layer needs units >= 1, given {}", units));
  if (hidden.empty() && (tree || !trained_top))
    throw InvalidInput("network: without hidden layers it must have a trained top and be no tree");
  if (tree && inputs % hidden[0] != 0)
    throw InvalidInput(
        fmt::format("network: the {} units of a tree must share the inputs evenly, given inputs = {}",
                    hidden[0], inputs));
}

NetworkShape network_shape(const Architecture& architecture, Activation activation) {
  switch (architecture.machine) {
    case Machine::perceptron:
      return {architecture.inputs, {}, false, true, activation};
    case Machine::committee:
      return {architecture.inputs, {architecture.hidden}, architecture.tree, false, activation};
    case Machine::parity:
      throw InvalidInput("network: the machine must be a perceptron or a committee, given parity");
  }
  throw InvalidInput(fmt::format("no such machine: {}", int(architecture.machine)));
}

Network::Network(const NetworkShape& shape) : shape_(shape) {
  validate(shape);
  int fan_in = shape.tree ? shape.inputs / shape.hidden[0] : shape.inputs;
  std::size_t weights = 0;
  const auto add = [&](int units, bool linear) {
    layers_.push_back({units, fan_in, weights, linear});
    weights += layers_.back().weights();
    fan_in = units;
  };
  for (const int units : shape.hidden) add(units, false);
  if (shape.trained_top) add(1, true);
}

std::vector<float> Network::random_weights(RandomStream& random) const {
  std::vector<float> w(weights());
  do
    for (float& x : w) x = float(random.normal());
  while (!normalise(w));
  return w;
}

bool Network::normalise(std::span<float> w) const {
  require_weights(*this, w.size());
  bool all = true;
  for (const Layer& layer : layers_)
    for (int k = 0; k < layer.units; ++k) {
      Eigen::Map<Eigen::VectorXf> unit(&w[layer.first_weight + std::size_t(k) * std::size_t(layer.fan_in)],
                                       layer.fan_in);
      const float squared = unit.squaredNorm();
      if (squared > 0 && std::isfinite(squared))
        unit *= std::sqrt(float(layer.fan_in) / squared);
      else
        all = false;
    }
  return all;
}

void Network::forward(std::span<const float> w, double beta, const Batch& batch,
                      NetworkBuffers& buffers) const {
  require_weights(*this, w.size());
  const Eigen::Index B = Eigen::Index(batch.count());
  auto& [value, slope, error, field] = buffers;
  for (auto* matrices : {&value, &slope, &error}) matrices->resize(layers_.size());
  for (std::size_t l = 0; l < layers_.size(); ++l) {
    const Layer& layer = layers_[l];
    for (auto* matrix : {&value[l], &slope[l], &error[l]}) matrix->resize(layer.units, B);
    if (l == 0)
      first_sums(*this, w, batch, value[0]);
    else
      value[l].noalias() = matrix_of(layer, w) * value[l - 1];
    // sums to values, and slopes d value/d sum
    const double scale = 1 / std::sqrt(double(layer.fan_in));
    if (layer.linear) {
      value[l] *= float(scale);
      slope[l].setConstant(float(scale));
    } else {
      activate(shape_.activation, beta * scale, flat(value[l]), flat(value[l]), flat(slope[l]));
    }
  }
  field.assign(batch.count(), 0);
  Eigen::Map<Eigen::RowVectorXf> fields(field.data(), B);
  if (shape_.trained_top)
    fields = value.back().row(0);
  else
    for (int k = 0; k < shape_.hidden.back(); ++k)
      fields += float(top_coefficient(shape_, k)) * value.back().row(k);
}

double Network::gradient(std::span<const float> w, double beta, const Loss& loss, const Batch& batch,
                         NetworkBuffers& buffers, std::span<float> gradient) const {
  require_weights(*this, gradient.size());
  forward(w, beta, batch, buffers);
  auto& [value, slope, error, field] = buffers;
  const std::size_t B = batch.count();
  if (B == 0) {
    std::fill(gradient.begin(), gradient.end(), 0.0f);
    return 0;
  }
  double total = 0;
  for (std::size_t a = 0; a < B; ++a) {
    const int sigma = batch.labels[a];
    const LossValue f = evaluate(loss, sigma * double(field[a]));
    total += f.value;
    field[a] = float(sigma * f.first / double(B));  // d loss/d field
  }
  const Eigen::Map<const Eigen::RowVectorXf> by_field(field.data(), Eigen::Index(B));
  if (shape_.trained_top)
    error.back().row(0) = by_field.cwiseProduct(slope.back().row(0));
  else
    for (int k = 0; k < shape_.hidden.back(); ++k)
      error.back().row(k) = float(top_coefficient(shape_, k)) * by_field.cwiseProduct(slope.back().row(k));
  for (std::size_t l = layers_.size() - 1; l > 0; --l) {
    const Layer& layer = layers_[l];
    Map(&gradient[layer.first_weight], layer.units, layer.fan_in).noalias() =
        error[l] * value[l - 1].transpose();
    error[l - 1].noalias() = matrix_of(layer, w).transpose() * error[l];
    error[l - 1].array() *= slope[l - 1].array();
  }
  first_gradient(*this, error[0], batch, gradient.first(layers_[0].weights()));
  return total / double(B);
}

double gradient_readable(const Network& network, std::span<const double> w, double beta, const Loss& loss,
                         const Patterns& patterns, std::span<const std::size_t> which,
                         std::span<double> gradient) {
  const NetworkShape& shape = network.shape();
  const auto& layers = network.layers();
  const std::size_t L = layers.size();
  const auto weight = [&](std::size_t l, int k, int i) {
    return layers[l].first_weight + std::size_t(k) * std::size_t(layers[l].fan_in) + std::size_t(i);
  };
  // entry of the layer below that input i of unit k of layer l reads
  const auto source = [&](std::size_t l, int k, int i) {
    return std::size_t(l == 0 && shape.tree ? k * layers[0].fan_in + i : i);
  };
  std::fill(gradient.begin(), gradient.end(), 0.0);
  double total = 0;
  for (const std::size_t a : which) {
    std::vector<std::vector<double>> x(L + 1),
        slope(L);  // x[l] is what layer l reads, x[l + 1] what it gives
    for (int i = 0; i < shape.inputs; ++i) x[0].push_back(patterns(a, std::size_t(i)));
    for (std::size_t l = 0; l < L; ++l)
      for (int k = 0; k < layers[l].units; ++k) {
        double h = 0;
        for (int i = 0; i < layers[l].fan_in; ++i) h += w[weight(l, k, i)] * x[l][source(l, k, i)];
        h /= std::sqrt(double(layers[l].fan_in));
        const ActivationValue unit = evaluate(shape.activation, beta * h);
        x[l + 1].push_back(layers[l].linear ? h : unit.value);
        slope[l].push_back(layers[l].linear ? 1 : beta * unit.first);  // by h
      }
    double field = shape.trained_top ? x[L][0] : 0;
    if (!shape.trained_top)
      for (int k = 0; k < shape.hidden.back(); ++k) field += top_coefficient(shape, k) * x[L][std::size_t(k)];
    const int sigma = patterns.labels[a];
    const LossValue f = evaluate(loss, sigma * field);
    total += f.value;
    if (gradient.empty()) continue;

    std::vector<double> by_x(std::size_t(layers.back().units), sigma * f.first / double(which.size()));
    if (!shape.trained_top)
      for (int k = 0; k < shape.hidden.back(); ++k) by_x[std::size_t(k)] *= top_coefficient(shape, k);
    for (std::size_t l = L; l-- > 0;) {
      std::vector<double> below(x[l].size());
      for (int k = 0; k < layers[l].units; ++k) {
        const double by_sum =
            by_x[std::size_t(k)] * slope[l][std::size_t(k)] / std::sqrt(double(layers[l].fan_in));
        for (int i = 0; i < layers[l].fan_in; ++i) {
          gradient[weight(l, k, i)] += by_sum * x[l][source(l, k, i)];
          below[source(l, k, i)] += by_sum * w[weight(l, k, i)];
        }
      }
      by_x = below;
    }
  }
  return which.empty() ? 0 : total / double(which.size());
}

}  // namespace wfm::training
