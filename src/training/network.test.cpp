#include "training/network.hpp"

#include <cmath>
#include <numeric>

#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

std::vector<NetworkShape> shapes() {
  const auto tanh = Activation::tanh, erf = Activation::erf, relu = Activation::relu;
  return {{35, {}, false, true, tanh},      {35, {5}, true, false, tanh},
          {35, {5}, false, false, erf},     {35, {4}, false, false, relu},
          {35, {5, 3}, false, false, tanh}, {35, {7, 4, 3}, false, true, erf},
          {35, {5, 6}, true, true, tanh},   {35, {8, 6, 4}, false, false, relu},
          {35, {5}, true, true, relu},      {700, {13, 3}, false, false, tanh}};
}

Patterns random_patterns(int inputs, InputKind kind, std::size_t count) {
  const Architecture machine{Machine::perceptron, false, inputs, 1};
  return make_storage(machine, WeightKind::spherical, double(count) / inputs, 3, 0, kind).train;
}

constexpr Loss losses[] = {
    {LossKind::cross_entropy, 1.3, 0.1}, {LossKind::mean_square, 1, 1}, {LossKind::squared_hinge, 1, 0.8}};

TEST(Network, ReadableGradientIsThatOfItsLoss) {
  const double step = 1e-5;
  std::vector<std::size_t> which = {0, 3, 4, 7};
  for (const NetworkShape& shape : shapes()) {
    const Network network(shape);
    const Patterns patterns = random_patterns(shape.inputs, InputKind::gaussian, 8);
    RandomStream random(5, Purpose::initial_state);
    const auto start = network.random_weights(random);
    std::vector<double> w(start.begin(), start.end()), gradient(w.size());
    for (const Loss& loss : losses) {
      gradient_readable(network, w, 0.8, loss, patterns, which, gradient);
      for (std::size_t j = 0; j < w.size(); j += 1 + w.size() / 50) {
        const double at = w[j];
        w[j] = at + step;
        const double above = gradient_readable(network, w, 0.8, loss, patterns, which, {});
        w[j] = at - step;
        const double below = gradient_readable(network, w, 0.8, loss, patterns, which, {});
        w[j] = at;
        // rounding 1e-16/step; a kink of relu within a step would show as 1e-6 at least
        ASSERT_NEAR(gradient[j], (above - below) / (2 * step), 1e-9) << name(loss.kind) << " weight " << j;
      }
    }
  }
}

TEST(Network, FastGradientAgreesWithTheReadableOne) {
  Batch batch;
  NetworkBuffers buffers;  // shared on purpose: whatever an earlier network left there must not matter
  for (const auto inputs : {InputKind::binary, InputKind::gaussian})
    for (const NetworkShape& shape : shapes()) {
      const Network network(shape);
      const Patterns patterns = random_patterns(shape.inputs, inputs, 40);
      const BatchSource source(patterns, network.input_parts());
      RandomStream random(5, Purpose::initial_state);
      const auto w = network.random_weights(random);
      const std::vector<double> w_double(w.begin(), w.end());
      for (const std::vector<std::size_t>& which :
           {std::vector<std::size_t>{7},
            {39, 0, 12},
            {1, 2, 3, 5, 8, 13, 21, 34, 38, 0, 9, 11, 17, 19, 23, 29, 31, 37}})
        for (const Loss& loss : losses) {
          std::vector<float> fast(w.size());
          std::vector<double> exact(w.size());
          source.gather(which, true, batch);
          const double value = network.gradient(w, 1.2, loss, batch, buffers, fast);
          const double expected = gradient_readable(network, w_double, 1.2, loss, patterns, which, exact);
          EXPECT_NEAR(value, expected, 2e-6 * (1 + expected));
          const double largest = std::abs(*std::max_element(
              exact.begin(), exact.end(), [](double x, double y) { return std::abs(x) < std::abs(y); }));
          for (std::size_t j = 0; j < w.size(); ++j)
            ASSERT_NEAR(fast[j], exact[j], 1e-5 * largest + 1e-9)
                << name(shape.activation) << " weight " << j;
        }
    }
}

TEST(Network, SharpUnitsMakeTheFieldOfTheSignMachine) {
  for (const Architecture& machine : {Architecture{Machine::committee, true, 105, 5},
                                      {Machine::committee, false, 35, 5},
                                      {Machine::perceptron, false, 35, 1}})
    for (const Activation activation : {Activation::tanh, Activation::erf}) {
      const Problem problem = make_storage(machine, WeightKind::spherical, 1, 2);
      const Network network(network_shape(machine, activation));
      RandomStream random(1, Purpose::initial_state);
      const auto w = network.random_weights(random);
      std::vector<std::size_t> all(problem.train.count());
      std::iota(all.begin(), all.end(), 0);
      Batch batch;
      NetworkBuffers buffers;
      BatchSource(problem.train, network.input_parts()).gather(all, false, batch);
      network.forward(w, 1e7, batch, buffers);
      const Weights same{WeightKind::spherical, machine.hidden, machine.fan_in(), {w.begin(), w.end()}};
      const auto s = output_stabilities(machine, same, problem.train);
      for (const std::size_t a : all)
        EXPECT_NEAR(buffers.field[a], problem.train.labels[a] * s[a], 1e-5 * (1 + std::abs(s[a])));
    }
}

TEST(Network, NormalisedUnitsAreOnTheirSpheres) {
  const Network network({30, {5, 3}, true, true, Activation::tanh});
  ASSERT_EQ(network.weights(), 30u + 15 + 3);
  std::vector<float> w(network.weights(), 0.1f);
  EXPECT_TRUE(network.normalise(w));
  for (const float x : w) EXPECT_FLOAT_EQ(x, 1);
  std::fill(w.begin(), w.begin() + 6, 0.0f);
  EXPECT_FALSE(network.normalise(w));
  w[0] = std::nanf("");
  EXPECT_FALSE(network.normalise(w));
}

TEST(Network, EmptyBatchHasNoGradient) {
  const Network network({6, {3}, true, false, Activation::tanh});
  const Patterns patterns = random_patterns(6, InputKind::binary, 4);
  Batch batch;
  NetworkBuffers buffers;
  std::vector<float> gradient(6, 1.0f);
  BatchSource(patterns, 3).gather({}, true, batch);
  EXPECT_EQ(network.gradient(std::vector<float>(6, 1.0f), 1, {}, batch, buffers, gradient), 0);
  EXPECT_EQ(gradient, std::vector<float>(6, 0.0f));
}

TEST(EpochOrder, CutsAllPatternsIntoEvenBatches) {
  for (const std::size_t patterns : {0u, 1u, 7u, 100u, 101u})
    for (const std::size_t size : {1u, 3u, 100u, 1000u}) {
      RandomStream random(1, Purpose::dynamics);
      const EpochOrder order(patterns, size, random);
      EXPECT_EQ(order.batches(), (patterns + size - 1) / size);
      std::vector<int> seen(patterns);
      for (std::size_t b = 0; b < order.batches(); ++b) {
        EXPECT_LE(order.batch(b).size(), size);
        EXPECT_GE(order.batch(b).size(), patterns / order.batches());
        for (const std::size_t a : order.batch(b)) ++seen[a];
      }
      EXPECT_EQ(seen, std::vector<int>(patterns, 1));
    }
}

TEST(Network, NamesWhatItRefuses) {
  expect_refused([] { Network({0, {3}, false, false, Activation::tanh}); }, {"network", "inputs", "0"});
  expect_refused([] { Network({8, {3, 0}, false, false, Activation::tanh}); }, {"network", "units", "0"});
  expect_refused([] { Network({8, {3}, true, false, Activation::tanh}); }, {"network", "3", "8"});
  expect_refused([] { Network({8, {}, false, false, Activation::tanh}); }, {"network", "top"});
  expect_refused(
      [] {
        network_shape({Machine::parity, false, 8, 2}, Activation::tanh);
      },
      {"network", "parity"});
  const Network network({6, {3}, true, false, Activation::tanh});
  std::vector<float> w(5);
  expect_refused([&] { network.normalise(w); }, {"network", "6", "5"});
  const Patterns patterns = random_patterns(6, InputKind::binary, 4);
  expect_refused([&] { BatchSource(patterns, 4); }, {"batches", "6", "4"});
}

}  // namespace
}  // namespace wfm::training
