#include "problems/teacher.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
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

constexpr std::uint64_t most_attempts = 1000000;
constexpr double largest_teacher_margin = 4;  // of Gaussian fields 6 in 10^5 are larger

/// The largest |field| of the machine; a perceptron's has no bound that matters.
double largest_field(const Architecture& teacher) {
  if (teacher.machine == Machine::perceptron) return largest_teacher_margin;
  return teacher.machine == Machine::parity ? 1 : std::sqrt(double(teacher.hidden));
}

void copy_inputs(const Patterns& from, std::size_t a, Patterns& to, std::size_t b) {
  if (from.binary())
    std::ranges::copy(std::get<BitMatrix>(from.inputs).row(a), std::get<BitMatrix>(to.inputs).row(b).begin());
  else
    std::get<RealMatrix>(to.inputs).row(Eigen::Index(b)) =
        std::get<RealMatrix>(from.inputs).row(Eigen::Index(a));
}

/// Pattern a anew from the streams (seed, patterns, a + 2^32 attempt) until its stability is `margin` or more.
void redraw_below(double margin, const Architecture& teacher, const Weights& weights, InputKind kind,
                  std::uint64_t seed, Patterns& patterns) {
  std::vector<std::size_t> pending(patterns.count());
  std::iota(pending.begin(), pending.end(), std::size_t{0});
  Patterns drawn = patterns;
  for (std::uint64_t attempt = 1; attempt <= most_attempts; ++attempt) {
    label_by(teacher, weights, drawn);
    const std::vector<double> stabilities = output_stabilities(teacher, weights, drawn);
    std::vector<std::size_t> below;
    for (std::size_t j = 0; j < pending.size(); ++j) {
      if (stabilities[j] < margin) {
        below.push_back(pending[j]);
        continue;
      }
      copy_inputs(drawn, j, patterns, pending[j]);
      patterns.labels[pending[j]] = drawn.labels[j];
    }
    if (below.empty()) return;
    pending = std::move(below);
    std::vector<std::uint64_t> indices(pending.begin(), pending.end());
    for (std::uint64_t& index : indices) index += attempt << 32;
    drawn = random_patterns(indices, teacher.inputs, kind, seed, Purpose::patterns);
  }
  throw InvalidInput(fmt::format(
      "teacher margin: of {} drawn patterns none has the stability {} under a teacher of {} inputs",
      most_attempts, margin, teacher.inputs));
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
  const double most = std::min(largest_teacher_margin, largest_field(teacher));
  if (!(params.teacher_margin >= 0 && params.teacher_margin <= most))
    throw InvalidInput(fmt::format("teacher margin: must be in [0, {:.4g}] for this teacher, got {}", most,
                                   params.teacher_margin));
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
  if (params.teacher_margin > 0)
    redraw_below(params.teacher_margin, teacher, weights, params.inputs, params.seed, problem.train);
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
  problem.recipe.teacher_margin = params.teacher_margin;
  problem.recipe.train_patterns = std::int64_t(P);
  problem.recipe.test_patterns = std::int64_t(params.test_patterns);
  if (!same_architecture) problem.recipe.teacher_architecture = teacher;
  validate(problem);
  return problem;
}

}  // namespace wfm
