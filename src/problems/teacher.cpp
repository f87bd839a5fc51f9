#include "problems/teacher.hpp"

#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "math/error.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"

namespace wfm {

Weights random_weights(const Architecture& architecture, WeightKind kind, std::uint64_t seed,
                       Purpose purpose) {
  validate(architecture);
  require_memory(8.0 * architecture.weights(), fmt::format("{} weights", architecture.weights()));
  Weights weights{kind, architecture.hidden, architecture.fan_in(), {}};
  weights.values.resize(std::size_t(architecture.weights()));
  RandomStream random(seed, purpose);
  for (double& w : weights.values) w = kind == WeightKind::binary ? random.sign() : random.normal();
  if (kind == WeightKind::spherical) normalise(weights);
  return weights;
}

namespace {

void label_by(const Architecture& teacher, const Weights& weights, Patterns& patterns) {
  const std::vector<double> h = preactivations(teacher, weights, patterns);
  const std::size_t K = std::size_t(teacher.hidden);
  for (std::size_t a = 0; a < patterns.count(); ++a)
    patterns.labels[a] = field(teacher, std::span(h).subspan(a * K, K)) >= 0 ? 1 : -1;
}

}  // namespace

Problem make_teacher_student(const Architecture& architecture, WeightKind weight_kind,
                             const TeacherParams& params) {
  validate(architecture);
  const Architecture teacher = params.teacher.value_or(architecture);
  validate(teacher);
  if (teacher.inputs != architecture.inputs)
    throw InvalidInput(fmt::format("teacher and student see the same inputs, got {} and {}", teacher.inputs,
                                   architecture.inputs));
  if (!(params.label_noise >= 0 && params.label_noise <= 1))
    throw InvalidInput(fmt::format("label noise is a probability in [0, 1], got {}", params.label_noise));
  const std::size_t P =
      affordable_pattern_count(params.alpha, architecture, params.inputs, double(params.test_patterns));

  Problem problem;
  problem.architecture = architecture;
  problem.weight_kind = weight_kind;
  problem.margin = params.margin;
  problem.train = random_patterns(P, architecture.inputs, params.inputs, params.seed, Purpose::patterns);
  problem.test = random_patterns(params.test_patterns, architecture.inputs, params.inputs, params.seed,
                                 Purpose::test_patterns);
  Weights weights = random_weights(teacher, weight_kind, params.seed, Purpose::teacher);
  label_by(teacher, weights, problem.train);
  label_by(teacher, weights, problem.test);
  if (params.label_noise > 0)
    for (std::size_t a = 0; a < P; ++a)
      if (RandomStream(params.seed, Purpose::labels, a).uniform() < params.label_noise)
        problem.train.labels[a] = std::int8_t(-problem.train.labels[a]);
  const bool same_architecture = teacher == architecture;
  if (same_architecture) problem.teacher = std::move(weights);

  problem.recipe.data = "teacher";
  problem.recipe.inputs = name(params.inputs);
  problem.recipe.alpha = params.alpha;
  problem.recipe.seed = params.seed;
  problem.recipe.label_noise = params.label_noise;
  problem.recipe.train_patterns = std::int64_t(P);
  problem.recipe.test_patterns = std::int64_t(params.test_patterns);
  if (!same_architecture) problem.recipe.teacher_architecture = teacher;
  validate(problem);
  return problem;
}

}  // namespace wfm
