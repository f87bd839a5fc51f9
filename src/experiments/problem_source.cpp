#include "experiments/problem_source.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "io/fingerprint.hpp"
#include "io/idx.hpp"
#include "io/text_patterns.hpp"
#include "math/error.hpp"
#include "problems/images.hpp"
#include "problems/random_features.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"

namespace wfm::experiments {

namespace {

Architecture architecture_of(const ProblemSpec& spec, int inputs) {
  Architecture architecture;
  architecture.machine = spec.machine.value_or(Machine::perceptron);
  architecture.tree = spec.tree.value_or(false);
  architecture.inputs = inputs;
  require(architecture.machine == Machine::perceptron || spec.hidden.has_value(),
          fmt::format("--hidden: a {} needs the number of its hidden units", name(architecture.machine)));
  architecture.hidden = spec.hidden.value_or(1);
  return architecture;
}

void require_one_size(const ProblemSpec& spec) {
  require(spec.alpha.has_value() != spec.patterns.has_value(),
          fmt::format("--data {}: needs either --alpha or --patterns, got {}", spec.data,
                      spec.alpha ? "both" : "neither"));
  require(!spec.patterns || *spec.patterns >= 0,
          fmt::format("--patterns: must be at least 0, got {}", spec.patterns.value_or(0)));
}

void forbid(bool given, const ProblemSpec& spec, const char* option, const char* belongs_to) {
  require(!given, fmt::format("{}: belongs to {}, contradicts --data {}", option, belongs_to, spec.data));
}

// What belongs to labels by a teacher.
void forbid_of_teachers(const ProblemSpec& spec) {
  forbid(spec.test_patterns != 0, spec, "--test-patterns", "--data teacher or random-features");
  forbid(spec.label_noise != 0, spec, "--label-noise", "--data teacher");
  forbid(spec.teacher_margin != 0, spec, "--teacher-margin", "--data teacher");
  forbid(spec.latent_inputs.has_value(), spec, "--latent-inputs", "--data random-features");
}

double alpha_of(const ProblemSpec& spec, const Architecture& architecture) {
  require_one_size(spec);
  validate(architecture);
  return spec.alpha ? *spec.alpha : double(*spec.patterns) / architecture.weights();
}

InputKind drawn_inputs(const ProblemSpec& spec) {
  require(
      spec.input_kind == "binary" || spec.input_kind == "gaussian",
      fmt::format("--input-kind: --data {} takes binary or gaussian, got {}", spec.data, spec.input_kind));
  return spec.input_kind == "binary" ? InputKind::binary : InputKind::gaussian;
}

std::size_t test_patterns_of(const ProblemSpec& spec) {
  require(spec.test_patterns >= 0,
          fmt::format("--test-patterns: must be at least 0, got {}", spec.test_patterns));
  return std::size_t(spec.test_patterns);
}

Problem make_features(const ProblemSpec& spec, const Architecture& architecture, WeightKind kind,
                      double alpha) {
  forbid(spec.label_noise != 0, spec, "--label-noise", "--data teacher");
  forbid(spec.teacher_margin != 0, spec, "--teacher-margin", "--data teacher");
  require(spec.latent_inputs.has_value(),
          "--latent-inputs: --data random-features needs the number of the teacher's inputs");
  require(spec.input_kind == "binary",
          fmt::format("--input-kind: --data random-features takes binary, got {}", spec.input_kind));
  RandomFeaturesParams params;
  params.latent_inputs = *spec.latent_inputs;
  params.patterns = pattern_count(alpha, architecture);
  params.seed = spec.seed;
  params.margin = spec.margin.value_or(0);
  params.test_patterns = test_patterns_of(spec);
  return make_random_features(architecture, kind, params);
}

Problem make_drawn(const ProblemSpec& spec) {
  forbid(!spec.labels_file.empty(), spec, "--labels", "text patterns");
  forbid(!spec.image_folder.empty(), spec, "--image-folder", "image data");
  forbid(spec.drop_constant, spec, "--drop-constant", "image data");
  require(spec.inputs.has_value(), fmt::format("--inputs: --data {} needs the number of inputs", spec.data));
  const Architecture architecture = architecture_of(spec, *spec.inputs);
  const WeightKind kind = spec.weight_kind.value_or(WeightKind::binary);
  const double alpha = alpha_of(spec, architecture);
  if (spec.data == "random-features") return make_features(spec, architecture, kind, alpha);
  if (spec.data == "storage") {
    forbid_of_teachers(spec);
    return make_storage(architecture, kind, alpha, spec.seed, spec.margin.value_or(0), drawn_inputs(spec));
  }
  forbid(spec.latent_inputs.has_value(), spec, "--latent-inputs", "--data random-features");
  TeacherParams params;
  params.alpha = alpha;
  params.seed = spec.seed;
  params.margin = spec.margin.value_or(0);
  params.inputs = drawn_inputs(spec);
  params.label_noise = spec.label_noise;
  params.teacher_margin = spec.teacher_margin;
  params.test_patterns = test_patterns_of(spec);
  return make_teacher_student(architecture, kind, params);
}

Problem make_images(const ProblemSpec& spec) {
  require_one_size(spec);
  require(spec.input_kind == "binary" || spec.input_kind == "standardised",
          fmt::format("--input-kind: image data takes binary or standardised, got {}", spec.input_kind));
  require(spec.classes.size() == 2, fmt::format("--classes: needs two classes, got {}", spec.classes.size()));
  forbid_of_teachers(spec);
  const std::filesystem::path folder = spec.image_folder.empty()
                                           ? std::filesystem::path(io::fashion_mnist_folder)
                                           : std::filesystem::path(spec.image_folder);
  Architecture architecture = architecture_of(spec, spec.inputs.value_or(0));
  const io::ImageData images = io::read_image_folder(folder);
  ImageParams params;
  params.positive_class = spec.classes[0];
  params.negative_class = spec.classes[1];
  params.seed = spec.seed;
  params.margin = spec.margin.value_or(0);
  params.inputs = spec.input_kind == "binary" ? PixelInputs::binarised : PixelInputs::standardised;
  params.drop_constant = spec.drop_constant;
  params.odd_inputs = spec.odd_inputs && !architecture.tree;
  if (spec.patterns) {
    params.patterns = *spec.patterns;
  } else {
    require(!spec.drop_constant,
            "--drop-constant: the number of inputs is known after the selection only; use --patterns");
    Architecture full = architecture;
    full.inputs = int(images.train.size());
    if (params.odd_inputs && full.inputs % 2 == 0) ++full.inputs;
    params.patterns = std::int64_t(pattern_count(*spec.alpha, full));
  }
  Problem problem = make_image_problem(images.train, images.test, architecture,
                                       spec.weight_kind.value_or(WeightKind::binary), params);
  problem.recipe.data = "fashion-mnist";
  problem.recipe.source = folder.string();
  return problem;
}

Problem make_from_file(const ProblemSpec& spec) {
  forbid(spec.alpha.has_value(), spec, "--alpha", "data that is drawn");
  forbid(spec.patterns.has_value(), spec, "--patterns", "data that is drawn");
  forbid_of_teachers(spec);
  Problem problem;
  if (io::format_of(spec.data) == "wfm-problem") {
    forbid(!spec.labels_file.empty(), spec, "--labels", "text patterns");
    problem = io::load_problem(spec.data);
    if (spec.machine) problem.architecture.machine = *spec.machine;
    if (spec.tree) problem.architecture.tree = *spec.tree;
    if (spec.hidden) problem.architecture.hidden = *spec.hidden;
    if (spec.weight_kind) problem.weight_kind = *spec.weight_kind;
    if (spec.margin) problem.margin = *spec.margin;
    if (problem.teacher && problem.teacher->hidden != problem.architecture.hidden) problem.teacher.reset();
  } else {
    std::optional<std::filesystem::path> labels;
    if (!spec.labels_file.empty()) labels = spec.labels_file;
    problem.train = io::read_text_patterns(spec.data, labels);
    problem.architecture = architecture_of(spec, int(problem.train.inputs_per_pattern()));
    problem.weight_kind = spec.weight_kind.value_or(WeightKind::binary);
    problem.margin = spec.margin.value_or(0);
    problem.recipe.data = "file";
  }
  require(!spec.inputs || *spec.inputs == problem.architecture.inputs,
          fmt::format("--inputs: {} has {} inputs, got {}", spec.data, problem.architecture.inputs,
                      spec.inputs.value_or(0)));
  // drawn inputs stay independent in a file: keep saying so
  if (!independent_inputs(problem)) problem.recipe.data = "file";
  problem.recipe.source = spec.data;
  problem.recipe.train_patterns = std::int64_t(problem.train.count());
  validate(problem);
  return problem;
}

ProblemSpec spec_of(const io::ProblemHead& head) {
  ProblemSpec spec;
  spec.data = head.recipe.data;
  spec.machine = head.architecture.machine;
  spec.tree = head.architecture.tree;
  spec.inputs = head.architecture.inputs;
  spec.hidden = head.architecture.hidden;
  spec.weight_kind = head.weight_kind;
  spec.patterns = head.recipe.train_patterns;
  spec.margin = head.margin;
  spec.input_kind = head.recipe.inputs;
  if (head.recipe.data == "random-features") spec.latent_inputs = int(head.recipe.latent_inputs);
  spec.test_patterns =
      head.recipe.data == "teacher" || head.recipe.data == "random-features" ? head.recipe.test_patterns : 0;
  spec.label_noise = head.recipe.label_noise;
  spec.teacher_margin = head.recipe.teacher_margin;
  if (head.recipe.classes.size() == 2) spec.classes = head.recipe.classes;
  spec.image_folder = head.recipe.data == "fashion-mnist" ? head.recipe.source : "";
  spec.drop_constant = head.recipe.drop_constant;
  spec.odd_inputs = head.recipe.odd_inputs;
  spec.seed = head.recipe.seed;
  return spec;
}

}  // namespace

bool is_drawn(const std::string& data) {
  return data == "storage" || data == "teacher" || data == "random-features";
}

Problem make_problem(const ProblemSpec& spec) {
  if (is_drawn(spec.data)) return make_drawn(spec);
  if (spec.data == "fashion-mnist") return make_images(spec);
  return make_from_file(spec);
}

Problem problem_of(const io::RunFile& run) {
  if (run.embedded) return *run.embedded;
  Problem problem = make_problem(spec_of(run.problem));
  const auto fingerprint = io::fingerprint(problem);
  require(
      fingerprint == run.problem_fingerprint,
      fmt::format(
          "instance: the recipe makes another one than the run was made on (fingerprint {}, the run says {})",
          io::hexadecimal(fingerprint), io::hexadecimal(run.problem_fingerprint)));
  return problem;
}

}  // namespace wfm::experiments
