#include "io/run_file.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "io/fingerprint.hpp"
#include "io/message.hpp"
#include "math/error.hpp"
#include "version.hpp"

namespace wfm::io {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view format = "wfm-run";
constexpr int format_version = 1;
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr double missing = std::numeric_limits<double>::quiet_NaN();

// The parts fit together; the same rules for what is saved and what is loaded. Throws InvalidInput without
// the file's name.
void validate(const RunFile& run) {
  const Architecture& a = run.problem.architecture;
  wfm::validate(a);
  const Weights& w = run.weights;
  if (w.hidden != a.hidden || w.fan_in != a.fan_in() || w.values.size() != std::size_t(a.weights()))
    throw InvalidInput(
        fmt::format("weights: must be {} x {} as the architecture has them, got {} x {} with {} values",
                    a.hidden, a.fan_in(), w.hidden, w.fan_in, w.values.size()));
  // A run that ended in numerical_issue is recorded as it is.
  if (run.outcome != Outcome::numerical_issue) wfm::validate(w);
  if (run.train_patterns < 0)
    throw InvalidInput(fmt::format("train_patterns: must be >= 0, got {}", run.train_patterns));
  if (run.train_errors < -1 || run.train_errors > run.train_patterns)
    throw InvalidInput(
        fmt::format("train_errors: must be between -1 (not known) and train_patterns = {}, got {}",
                    run.train_patterns, run.train_errors));
  if (run.test_error && !(*run.test_error >= 0 && *run.test_error <= 1))
    throw InvalidInput(fmt::format("test_error: must be between 0 and 1, got {}", *run.test_error));
  if (run.steps < 0) throw InvalidInput(fmt::format("steps: must be >= 0, got {}", run.steps));
  if (!(run.seconds >= 0)) throw InvalidInput(fmt::format("seconds: must be >= 0, got {}", run.seconds));
  if (!run.parameters.is_object()) throw InvalidInput("parameters: must be a JSON object");
  const History& h = run.history;
  const auto rows = h.step.size();
  const bool equal = h.seconds.size() == rows && h.errors.size() == rows && h.change.size() == rows &&
                     std::all_of(h.observables.begin(), h.observables.end(),
                                 [&](const auto& o) { return o.second.size() == rows; });
  if (!equal) throw InvalidInput(fmt::format("history: all columns must have the {} rows of 'step'", rows));
  if (run.embedded) {
    wfm::validate(*run.embedded);
    if (const std::uint64_t found = fingerprint(*run.embedded); found != run.problem_fingerprint)
      throw InvalidInput(fmt::format("problem: its fingerprint must be that of the run, {}, got {}",
                                     hexadecimal(run.problem_fingerprint), hexadecimal(found)));
  }
}

void write_history(Hdf5Writer& file, const History& history) {
  file.group("/history");
  file.array("/history/step", history.step);
  file.array("/history/seconds", history.seconds);
  file.array("/history/errors", history.errors);
  file.array("/history/change", history.change);
  // Names are free text, which HDF5 paths are not: a list of names and one row of a matrix for each.
  Json names = Json::array();
  std::vector<double> rows;
  for (const auto& [name, values] : history.observables) {
    names.push_back(name);
    rows.insert(rows.end(), values.begin(), values.end());
  }
  file.text("/history/observable_names", to_text(names, -1));
  file.array("/history/observables", std::span<const double>(rows),
             {history.observables.size(), history.step.size()});
}

History read_history(const Hdf5Reader& file) {
  History history;
  history.step = file.array<std::int64_t>("/history/step");
  const std::size_t rows = history.step.size();
  history.seconds = file.array<double>("/history/seconds", {rows});
  history.errors = file.array<std::int64_t>("/history/errors", {rows});
  history.change = file.array<double>("/history/change", {rows});
  const std::string where = "/history/observable_names";
  const Json names = parse_json(file.long_text(where), fmt::format("{}: {}", shown(file.path()), where));
  if (!names.is_array()) file.refuse(where, "must be a JSON array");
  const auto values = file.array<double>("/history/observables", {names.size(), rows});
  for (std::size_t j = 0; j < names.size(); ++j) {
    if (!names[j].is_string())
      file.refuse(where, fmt::format("must hold texts, got {}", printable(to_text(names[j], -1))));
    const auto first = values.begin() + std::ptrdiff_t(j * rows);
    history.observables.emplace_back(names[j].get<std::string>(),
                                     std::vector<double>(first, first + std::ptrdiff_t(rows)));
  }
  return history;
}

}  // namespace

std::string this_version() {
  return std::string(version);
}

void History::add(const StepRecord& record) {
  step.push_back(record.step);
  seconds.push_back(record.seconds);
  errors.push_back(record.progress.errors);
  change.push_back(record.progress.change);
  for (const auto& reported : record.progress.observables) {
    const auto same_name = [&](const auto& column) { return column.first == reported.first; };
    auto column = std::find_if(observables.begin(), observables.end(), same_name);
    if (column == observables.end()) column = observables.insert(column, {reported.first, {}});
    column->second.resize(step.size(), missing);
    column->second.back() = reported.second;
  }
  for (auto& [name, values] : observables) values.resize(step.size(), missing);
}

void set_problem(RunFile& run, const Problem& problem, bool embed) {
  run.problem = head(problem);
  run.problem_fingerprint = fingerprint(problem);
  run.train_patterns = std::int64_t(problem.train.count());
  run.embedded.reset();
  if (embed) run.embedded = problem;
}

void save_run(const fs::path& path, const RunFile& run) {
  validate(run);
  write_hdf5(path, format, format_version, [&](Hdf5Writer& file) {
    file.set("/", "algorithm", run.algorithm);
    file.set("/", "outcome", name(run.outcome));
    file.set("/", "run_version", run.wfm_version);
    file.set("/", "seed", run.seed);
    file.set("/", "train_errors", run.train_errors);
    file.set("/", "train_patterns", run.train_patterns);
    if (run.test_error) file.set("/", "test_error", *run.test_error);
    file.set("/", "steps", run.steps);
    file.set("/", "seconds", run.seconds);
    file.text("/parameters", to_text(run.parameters, -1));
    file.text("/command_line", run.command_line);
    write_weights(file, "/weights", run.weights);
    write_history(file, run.history);
    file.group("/problem");
    if (run.embedded)
      write_problem(file, "/problem", *run.embedded);
    else
      write_head(file, "/problem", run.problem);
    file.set("/problem", "embedded", run.embedded.has_value());
    file.set("/problem", "fingerprint", run.problem_fingerprint);
  });
}

RunFile load_run(const fs::path& path) {
  const Hdf5Reader file(path, format, format_version);
  try {
    RunFile run;
    run.algorithm = file.text("/", "algorithm");
    run.outcome = outcome_from_name(file.text("/", "outcome"));
    run.wfm_version = file.text("/", "run_version");
    run.seed = file.natural("/", "seed");
    run.train_errors = file.integer("/", "train_errors");
    run.train_patterns = file.integer("/", "train_patterns");
    if (file.has("/", "test_error")) run.test_error = file.real("/", "test_error");
    run.steps = file.integer("/", "steps", 0, most);
    run.seconds = file.real("/", "seconds");
    run.parameters = parse_json(file.long_text("/parameters"), "/parameters");
    run.command_line = file.long_text("/command_line");
    run.weights = read_weights(file, "/weights");
    run.history = read_history(file);
    run.problem_fingerprint = file.natural("/problem", "fingerprint");
    if (file.flag("/problem", "embedded")) {
      run.embedded = read_problem(file, "/problem");
      run.problem = head(*run.embedded);
    } else {
      run.problem = read_head(file, "/problem");
    }
    validate(run);
    return run;
  } catch (const InvalidInput& error) {
    // The reader's own messages begin with the file already.
    const std::string message = error.what(), prefix = shown(path) + ": ";
    throw InvalidInput(message.starts_with(prefix) ? message : prefix + message);
  }
}

Json summary(const RunFile& run) {
  Json json;
  json["algorithm"] = run.algorithm;
  json["outcome"] = name(run.outcome);
  json["train_errors"] = run.train_errors >= 0 ? Json(run.train_errors) : Json(nullptr);
  json["train_patterns"] = run.train_patterns;
  json["test_error"] = run.test_error ? number(*run.test_error) : Json(nullptr);
  json["steps"] = run.steps;
  json["seconds"] = number(run.seconds);
  json["seed"] = run.seed;
  json["parameters"] = run.parameters;
  return json;
}

}  // namespace wfm::io
