// The options that describe a problem, shared by `problem create` and `solve`.
#pragma once

#include <string>

#include "cli/command_line.hpp"
#include "experiments/problem_source.hpp"

namespace wfm::cli {

/// Raw option values; to_spec keeps those that were given.
struct ProblemOptions {
  std::string data = "storage", architecture = "perceptron", weights = "binary", input_kind = "binary";
  std::string classes = "3,4", image_folder, labels_file;
  bool tree = false, drop_constant = false, even_inputs = false;
  int inputs = 0, hidden = 1;
  double alpha = 0, margin = 0, label_noise = 0, teacher_margin = 0;
  std::int64_t patterns = 0, test_patterns = 0;
  int latent_inputs = 0;
  std::uint64_t data_seed = 0;
};

void add_problem_options(Command& command, ProblemOptions& options);

/// Throws InvalidInput for names and lists that are none.
/// `seed` is that of the command, used where --data-seed is not given.
experiments::ProblemSpec to_spec(const Command& command, const ProblemOptions& options, std::uint64_t seed);

}  // namespace wfm::cli
