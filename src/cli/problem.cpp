// wfm problem: makes or describes an instance.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/commands.hpp"
#include "cli/problem_options.hpp"
#include "cli/shared_options.hpp"
#include "io/atomic_file.hpp"
#include "io/fingerprint.hpp"
#include "io/problem_file.hpp"
#include "io/run_file.hpp"
#include "io/text_patterns.hpp"
#include "math/error.hpp"

namespace wfm::cli {

namespace {

struct Options {
  SharedOptions shared;
  ProblemOptions problem;
  std::vector<std::string> files;
  std::string labels_output;
};

io::Json describe(const Problem& problem) {
  io::Json classes = problem.recipe.classes.empty() ? io::Json() : io::Json(problem.recipe.classes);
  return {{"architecture", name(problem.architecture.machine)},
          {"tree", problem.architecture.tree},
          {"inputs", problem.architecture.inputs},
          {"hidden", problem.architecture.hidden},
          {"weights", name(problem.weight_kind)},
          {"number_of_weights", problem.architecture.weights()},
          {"train_patterns", problem.train.count()},
          {"test_patterns", problem.test.count()},
          {"alpha", problem.alpha()},
          {"margin", problem.margin},
          {"data", problem.recipe.data},
          {"input_kind", problem.train.binary() ? "binary" : "real"},
          {"classes", classes},
          {"seed", problem.recipe.seed},
          {"fingerprint", io::hexadecimal(io::fingerprint(problem))}};
}

int create(const Command& command, const Options& options) {
  const auto& output = options.shared.output;
  require(!output.empty(), "--output: problem create needs the file to write");
  io::check_writable(output);
  const bool text = output.ends_with(".txt") || output.ends_with(".txt.gz");
  require(text || options.labels_output.empty(),
          "--labels-output: goes with text patterns (--output NAME.txt or .txt.gz)");
  if (!options.labels_output.empty()) io::check_writable(options.labels_output);
  const Problem problem = experiments::make_problem(to_spec(command, options.problem, options.shared.seed));
  if (text) {
    const auto& labels = problem.train.labels;
    require(!options.labels_output.empty() ||
                std::all_of(labels.begin(), labels.end(), [](int label) { return label > 0; }),
            "--labels-output: text patterns hold no labels, and not all of them are +1");
    io::write_text_patterns(output, problem.train);
    if (!options.labels_output.empty()) io::write_text_labels(options.labels_output, problem.train.labels);
  } else {
    io::save_problem(output, problem);
  }
  print_object(describe(problem), options.shared);
  return 0;
}

int show(const Options& options) {
  io::Json rows = io::Json::array();
  for (const auto& file : options.files) {
    const Problem problem = io::format_of(file) == "wfm-run" ? experiments::problem_of(io::load_run(file))
                                                             : io::load_problem(file);
    if (options.files.size() == 1) {
      print_object(describe(problem), options.shared);
      return 0;
    }
    io::Json row = describe(problem);
    row["file"] = file;
    rows.push_back(row);
  }
  print_rows(rows, options.shared);
  return 0;
}

}  // namespace

void add_problem(Command program) {
  Command problem =
      program.subcommand("problem", "Make or describe an instance", "wfm problem show instance.h5");
  const auto options = std::make_shared<Options>();
  Command creator = problem.subcommand(
      "create", "Make an instance and write it (HDF5, or text where the name ends in .txt or .txt.gz)",
      "wfm problem create --data storage --inputs 1001 --alpha 0.5 --seed 1 --output instance.h5");
  add_problem_options(creator, options->problem);
  creator.option("--labels-output", options->labels_output, "Text patterns: file for the labels");
  add_shared_options(creator, options->shared, "File to write");
  creator.action([creator, options] { return create(creator, *options); });
  Command viewer = problem.subcommand("show", "Describe instances (of problem files or run files)",
                                      "wfm problem show instance.h5 --json");
  viewer.positional("files", options->files, "Files", true);
  add_shared_options(viewer, options->shared);
  viewer.action([options] { return show(*options); });
}

}  // namespace wfm::cli
