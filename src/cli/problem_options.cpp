#include "cli/problem_options.hpp"

#include <fmt/format.h>

#include <cmath>

#include "cli/shared_options.hpp"
#include "math/error.hpp"

namespace wfm::cli {

void add_problem_options(Command& command, ProblemOptions& options) {
  command.option(
      "--data", options.data,
      "storage, teacher, random-features, fashion-mnist, or a file (HDF5 instance, text patterns)");
  command.choice("--architecture", options.architecture, {"perceptron", "committee", "parity"}, "Machine");
  command.flag("--tree", options.tree, "Hidden units see separate inputs");
  command.option("--inputs", options.inputs, "Number of inputs N");
  command.option("--hidden", options.hidden, "Number of hidden units K");
  command.choice("--weights", options.weights, {"binary", "spherical"}, "Kind of weights");
  command.option("--alpha", options.alpha, "Training patterns per weight");
  command.option("--patterns", options.patterns, "Training patterns P, instead of --alpha");
  command.option("--margin", options.margin, "Margin kappa asked of the training patterns");
  command.choice("--input-kind", options.input_kind, {"binary", "gaussian", "standardised"},
                 "Inputs: +-1, N(0,1), or standardised pixels");
  command.option("--data-seed", options.data_seed, "Seed of the instance (default: --seed)");
  command.option("--test-patterns", options.test_patterns,
                 "teacher, random-features: fresh patterns for testing");
  command.option("--latent-inputs", options.latent_inputs,
                 "random-features: number of the teacher's inputs D");
  command.option("--label-noise", options.label_noise,
                 "teacher: probability that a training label is flipped");
  command.option("--teacher-margin", options.teacher_margin,
                 "teacher: training patterns are those that it classifies with this margin or more");
  command.option("--classes", options.classes, "Image data: class of label +1, class of label -1");
  command.option("--image-folder", options.image_folder, "Image data: folder with the four IDX files");
  command.flag("--drop-constant", options.drop_constant,
               "Image data: leave out pixels constant over the training set");
  command.flag("--even-inputs", options.even_inputs,
               "Image data: do not append the constant input that makes N odd");
  command.option("--labels", options.labels_file,
                 "Text patterns: file with one label a line (default: all +1)");
}

experiments::ProblemSpec to_spec(const Command& command, const ProblemOptions& options, std::uint64_t seed) {
  experiments::ProblemSpec spec;
  spec.data = options.data;
  if (command.given("--architecture")) spec.machine = machine_from_name(options.architecture);
  if (command.given("--tree")) spec.tree = options.tree;
  if (command.given("--inputs")) spec.inputs = options.inputs;
  if (command.given("--hidden")) spec.hidden = options.hidden;
  if (command.given("--weights")) spec.weight_kind = weight_kind_from_name(options.weights);
  if (command.given("--alpha")) spec.alpha = options.alpha;
  if (command.given("--patterns")) spec.patterns = options.patterns;
  if (command.given("--margin")) spec.margin = options.margin;
  spec.input_kind = options.input_kind;
  spec.test_patterns = options.test_patterns;
  if (command.given("--latent-inputs")) spec.latent_inputs = options.latent_inputs;
  spec.label_noise = options.label_noise;
  spec.teacher_margin = options.teacher_margin;
  spec.classes.clear();
  for (const double value : parse_list(options.classes, "--classes")) {
    require(value == std::floor(value) && value >= 0 && value < 256,
            fmt::format("--classes: a class is a whole number from 0 to 255, got {}", value));
    spec.classes.push_back(int(value));
  }
  require(spec.classes.size() == 2, fmt::format("--classes: needs two classes, got {}", spec.classes.size()));
  spec.image_folder = options.image_folder;
  spec.drop_constant = options.drop_constant;
  spec.odd_inputs = !options.even_inputs;
  spec.labels_file = options.labels_file;
  spec.seed = command.given("--data-seed") ? options.data_seed : seed;
  return spec;
}

}  // namespace wfm::cli
