#include "training/sign_errors.hpp"

#include <cmath>

#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

Weights random_weights(const Architecture& machine, std::uint64_t seed) {
  Weights w{WeightKind::spherical, machine.hidden, machine.fan_in(), {}};
  RandomStream random(seed, Purpose::initial_state);
  for (int j = 0; j < machine.weights(); ++j) w.values.push_back(random.normal());
  normalise(w);
  return w;
}

TEST(SignErrors, AreThoseOfTheEvaluation) {
  for (const auto inputs : {InputKind::binary, InputKind::gaussian})
    for (const auto& [machine, margin] : {std::pair{Architecture{Machine::perceptron, false, 101, 1}, 0.},
                                          {{Machine::perceptron, false, 101, 1}, 0.6},
                                          {{Machine::committee, true, 333, 3}, 0.},
                                          {{Machine::committee, false, 64, 5}, 0.},
                                          {{Machine::committee, true, 333, 3}, 1.}}) {
      const Problem problem = make_storage(machine, WeightKind::spherical, 4, 3, margin, inputs);
      const SignErrors errors(problem);
      for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const Weights w = random_weights(machine, seed);
        EXPECT_EQ(errors.count(w), std::int64_t(training_errors(problem, w)));
      }
    }
}

// Weights equal in size but for powers of two: sums are exact in double precision, while single precision sees only ties.
TEST(SignErrors, TiesAreDecidedInDoublePrecision) {
  const Architecture machine{Machine::committee, false, 6, 3};
  const Problem problem = make_storage(machine, WeightKind::spherical, 120, 3);
  const SignErrors errors(problem);
  for (const double tilt : {0., 0x1p-30, -0x1p-30, 0x1p-40}) {
    Weights w{WeightKind::spherical, 3, 6, std::vector<double>(18, 1.0)};
    for (std::size_t j = 0; j < 18; ++j) w.values[j] *= j % 4 == 1 ? -(1 + tilt) : 1;
    EXPECT_EQ(errors.count(w), std::int64_t(training_errors(problem, w))) << tilt;
  }
}

}  // namespace
}  // namespace wfm::training
