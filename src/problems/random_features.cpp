#include "problems/random_features.hpp"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/parallel.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"

namespace wfm {

namespace {

/// (RF.1), one row a pattern.
BitMatrix features_of(const BitMatrix& x, int features, std::uint64_t seed) {
  BitMatrix columns(std::size_t(features), x.rows());
  parallel_for(std::size_t(features), 0, [&](std::size_t i) {
    RandomStream random(seed, Purpose::features, i);
    std::vector<double> F(x.cols()), projections(x.rows());
    for (double& entry : F) entry = random.normal();
    multiply(x, F, projections);
    pack_signs(projections, columns.row(i));
  });
  return columns.transposed();
}

/// What the student sees of `count` inputs, with the teacher's labels.
Patterns seen_by_student(std::size_t count, const Architecture& student, const Weights& teacher,
                         const RandomFeaturesParams& params, Purpose purpose) {
  Patterns patterns = random_patterns(count, params.latent_inputs, InputKind::binary, params.seed, purpose);
  const std::vector<double> fields =
      preactivations({Machine::perceptron, false, params.latent_inputs, 1}, teacher, patterns);
  for (std::size_t a = 0; a < count; ++a) patterns.labels[a] = fields[a] >= 0 ? 1 : -1;
  patterns.inputs = features_of(std::get<BitMatrix>(patterns.inputs), student.inputs, params.seed);
  return patterns;
}

}  // namespace

Problem make_random_features(const Architecture& architecture, WeightKind weight_kind,
                             const RandomFeaturesParams& params) {
  validate(architecture);
  if (params.latent_inputs < 1)
    throw InvalidInput(
        fmt::format("random features need at least one latent input, got {}", params.latent_inputs));
  const double count = double(params.patterns) + double(params.test_patterns);
  // the student's patterns are there twice while they are transposed
  require_memory(pattern_bytes(count, 2.0 * architecture.inputs + params.latent_inputs, true),
                 fmt::format("{:.4g} patterns of {} random features", count, architecture.inputs));

  Problem problem;
  problem.architecture = architecture;
  problem.weight_kind = weight_kind;
  problem.margin = params.margin;
  const Weights teacher = random_weights({Machine::perceptron, false, params.latent_inputs, 1}, weight_kind,
                                         params.seed, Purpose::teacher);
  problem.train = seen_by_student(params.patterns, architecture, teacher, params, Purpose::patterns);
  problem.test = seen_by_student(params.test_patterns, architecture, teacher, params, Purpose::test_patterns);
  problem.recipe.data = "random-features";
  problem.recipe.alpha = problem.alpha();
  problem.recipe.seed = params.seed;
  problem.recipe.train_patterns = std::int64_t(params.patterns);
  problem.recipe.test_patterns = std::int64_t(params.test_patterns);
  problem.recipe.latent_inputs = params.latent_inputs;
  validate(problem);
  return problem;
}

}  // namespace wfm
