// A network of two hidden layers, every unit on its sphere, learns the labels of a random committee by gradient descent.
#include <cstdint>
#include <cstdio>

#include "problems/teacher.hpp"
#include "training/sgd.hpp"

int main() {
  using namespace wfm;
  TeacherParams teacher;
  teacher.alpha = 1;
  teacher.test_patterns = 2000;
  const Problem problem =
      make_teacher_student({Machine::committee, false, 101, 5}, WeightKind::spherical, teacher);

  training::SmoothSettings settings;
  settings.beta = settings.gamma = constant_schedule(1);
  const training::NetworkShape shape{101, {21, 11}, false, true, training::Activation::tanh};
  const training::SmoothTraining training(problem.train, shape, settings, "multi_layer");

  RandomStream initial(1, Purpose::initial_state);
  training::SgdState state{training.network().random_weights(initial), {}, 0};
  const auto errors = [&](const Patterns& patterns) {
    return training::smooth_errors(training.network(), state.weights, 1, patterns);
  };
  const std::int64_t before = errors(problem.train);
  for (std::uint64_t t = 0; t < 200 && errors(problem.train) > 0; ++t) {
    RandomStream random(1, Purpose::dynamics, t);
    training::sgd_epoch(training, {.eta = 20}, state, random);
  }
  std::printf("%d epochs: %d of %zu training errors (%d before), %d of %zu test errors\n", int(state.epoch),
              int(errors(problem.train)), problem.train.count(), int(before), int(errors(problem.test)),
              problem.test.count());
  return errors(problem.train) < before / 10 ? 0 : 1;
}
