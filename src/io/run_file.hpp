// The record of one run as self-describing HDF5, format "wfm-run":
//   /          algorithm, outcome, seed, train_errors, train_patterns, test_error, steps, seconds;
//              parameters (JSON), command_line
//   /weights   kind; values (K x n)
//   /history   step, seconds, errors, change: columns; observables: a row for each of observable_names (JSON)
//   /problem   machine ... recipe and fingerprint; with the patterns where the whole problem is embedded
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/json.hpp"
#include "io/problem_file.hpp"
#include "run/run.hpp"

namespace wfm::io {

/// One row a step, as columns of equal length.
struct History {
  std::vector<std::int64_t> step;
  std::vector<double> seconds;
  std::vector<std::int64_t> errors;  // -1: not known
  std::vector<double> change;        // NaN: no meaning
  std::vector<std::pair<std::string, std::vector<double>>>
      observables;  // NaN at steps that did not report them

  void add(const StepRecord& record);
};

/// The version of this program.
std::string this_version();

struct RunFile {
  ProblemHead problem;  // remakes the instance from its recipe (unless recipe.data = "file")
  std::uint64_t problem_fingerprint = 0;  // of the instance that was run
  std::optional<Problem> embedded;        // the instance itself, where the file is to carry it

  std::string algorithm;
  Json parameters = Json::object();  // name -> value, in the order of declaration
  std::uint64_t seed = 0;            // of the run
  std::string command_line;
  std::string wfm_version = this_version();  // of the program that made the run

  Weights weights;
  Outcome outcome = Outcome::out_of_steps;
  std::int64_t train_errors = 0;  // at the problem's margin
  std::int64_t train_patterns = 0;
  std::optional<double> test_error;  // fraction in [0, 1]
  std::int64_t steps = 0;
  double seconds = 0;
  History history;
};

/// Fills problem, problem_fingerprint, train_patterns and, where `embed`, embedded.
void set_problem(RunFile& run, const Problem& problem, bool embed);

/// Writes the record, whole or not at all. Throws InvalidInput where a part does not fit the others,
/// ResourceProblem.
void save_run(const std::filesystem::path& path, const RunFile& run);

/// Throws ResourceProblem (cannot be read), InvalidInput (damaged, not a run, parts that do not fit).
RunFile load_run(const std::filesystem::path& path);

/// The record as `wfm solve --json` prints it: outcome, train_errors, train_patterns, test_error (or null),
/// steps, seconds, algorithm, seed, parameters.
Json summary(const RunFile& run);

}  // namespace wfm::io
