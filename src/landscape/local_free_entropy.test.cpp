#include "landscape/local_free_entropy.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "problems/enumeration.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"

namespace wfm::landscape {
namespace {

Weights some_weights(const Architecture& architecture, std::uint64_t seed) {
  RandomStream random(seed, Purpose::measurement);
  Weights w{WeightKind::binary, architecture.hidden, architecture.fan_in(), {}};
  for (int i = 0; i < architecture.weights(); ++i) w.values.push_back(random.sign());
  return w;
}

// Bethe is exact on a tree alone: for one pattern. Beyond, the error stays below a few hundredths per weight at these sizes.
TEST(LocalFreeEntropy, IsTheSumOverSolutions) {
  for (const Architecture& machine :
       {Architecture{Machine::perceptron, false, 15, 1}, Architecture{Machine::committee, true, 15, 3}})
    for (const double alpha : {1. / 15, 0.3})
      for (const double gamma : {0.2, 1.}) {
        const Problem problem = make_storage(machine, WeightKind::binary, alpha, 3);
        const Weights centre = some_weights(machine, 4);
        std::vector<double> fields = centre.values;
        for (double& h : fields) h *= gamma;
        const double exact = enumerate(problem, {.fields = fields}).log_partition;
        EXPECT_NEAR(local_free_entropy(problem, centre, gamma), exact, 15 * 0.03)
            << machine.hidden << " units, alpha " << alpha << ", gamma " << gamma;
      }
}

TEST(LocalFreeEntropy, WithoutPatternsTheWeightsAreFree) {
  const Architecture machine{Machine::perceptron, false, 21, 1};
  const Problem problem = make_storage(machine, WeightKind::binary, 0, 1);
  EXPECT_NEAR(local_free_entropy(problem, some_weights(machine, 1), 0.7), 21 * std::log(2 * std::cosh(0.7)),
              1e-9);
}

TEST(LocalFreeEntropy, MessagesThatDoNotRestGiveNaN) {
  const Architecture machine{Machine::perceptron, false, 51, 1};
  const Problem problem = make_storage(machine, WeightKind::binary, 0.5, 1);
  EXPECT_TRUE(std::isnan(local_free_entropy(problem, some_weights(machine, 1), 0.1, {.iterations = 1})));
}

}  // namespace
}  // namespace wfm::landscape
