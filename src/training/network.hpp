// The differentiable network: dense layers l = 1 ... L of K_l units with fan-in n_l, units of one kind throughout,
//   h^l = W^l x^{l-1}/sqrt(n_l),   x^l = phi(beta h^l),   x^0 = xi
//   field = sum_k c_k x^L_k/sqrt(K_L)       fixed top layer, c_k = 1; relu: c_k = (-1)^k, so that the mean is zero      (NET.1)
//   field = w.x^L/sqrt(K_L)                 trained top layer, linear                                                   (NET.2)
//   loss  = (1/B) sum_a f(sigma[a] field[a])    over a batch of B patterns
// The committee is one hidden layer with a fixed top (a tree's units see their own inputs each); the perceptron has no hidden
// layer and a trained top. Every unit's weights live on the sphere |w|^2 = n_l: beta and the loss's gamma play the part of the norms.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "problems/architecture.hpp"
#include "training/activation.hpp"
#include "training/batches.hpp"
#include "training/loss.hpp"

namespace wfm::training {

struct NetworkShape {
  int inputs = 0;
  std::vector<int> hidden;   // K_1 ... K_L, from the inputs on; may be empty with a trained top
  bool tree = false;         // units of the first hidden layer share the inputs evenly instead of seeing all
  bool trained_top = false;  // (NET.2) instead of (NET.1)
  Activation activation = Activation::tanh;
};

/// Throws InvalidInput that names the broken rule.
void validate(const NetworkShape& shape);

/// Coefficient of output k of the last layer in the field: c_k/sqrt(K_L) of (NET.1), 1 where the top is trained.
double top_coefficient(const NetworkShape& shape, int k);

/// The shape of a perceptron or committee. Throws InvalidInput for a parity machine.
NetworkShape network_shape(const Architecture& architecture, Activation activation);

struct Layer {
  int units = 1, fan_in = 1;
  std::size_t first_weight = 0;  // w[first_weight + k * fan_in + i]
  bool linear = false;           // the trained top
  std::size_t weights() const { return std::size_t(units) * std::size_t(fan_in); }
};

/// Memory that products leave behind for the way back; any network may use any.
struct NetworkBuffers {
  std::vector<FloatMatrix> value, slope, error;  // of each layer: units x patterns
  std::vector<float> field;                      // of each pattern
};

class Network {
 public:
  /// Throws InvalidInput for a shape that is not valid.
  explicit Network(const NetworkShape& shape);

  const NetworkShape& shape() const { return shape_; }
  const std::vector<Layer>& layers() const { return layers_; }
  std::size_t weights() const { return layers_.back().first_weight + layers_.back().weights(); }
  /// Parts of the inputs that a BatchSource for this network makes.
  std::size_t input_parts() const { return shape_.tree ? std::size_t(shape_.hidden[0]) : 1; }

  /// Standard normal weights, then every unit onto its sphere.
  std::vector<float> random_weights(RandomStream& random) const;
  /// Every unit onto its sphere. False where one has no direction (norm zero or not finite); the others are done all the same.
  bool normalise(std::span<float> w) const;

  /// buffers.field of the batch. w has weights() entries; they need not be on the spheres.
  void forward(std::span<const float> w, double beta, const Batch& batch, NetworkBuffers& buffers) const;
  /// The mean loss of a batch with backward matrices, and its gradient by w. An empty batch: 0 and zeros.
  double gradient(std::span<const float> w, double beta, const Loss& loss, const Batch& batch,
                  NetworkBuffers& buffers, std::span<float> gradient) const;

 private:
  NetworkShape shape_;
  std::vector<Layer> layers_;
};

/// The mean loss of the patterns `which` and, unless `gradient` is empty, its gradient: pattern by pattern in double precision.
double gradient_readable(const Network& network, std::span<const double> w, double beta, const Loss& loss,
                         const Patterns& patterns, std::span<const std::size_t> which,
                         std::span<double> gradient);

}  // namespace wfm::training
