// wfm reproduce: a named experiment, its results document, tables and pictures.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "cli/commands.hpp"
#include "cli/shared_options.hpp"
#include "experiments/claims.hpp"
#include "experiments/named.hpp"
#include "experiments/plot.hpp"
#include "io/atomic_file.hpp"
#include "math/error.hpp"
#include "run/signals.hpp"

namespace wfm::cli {

namespace {

namespace fs = std::filesystem;

struct Options {
  SharedOptions shared;
  std::vector<std::string> names;
  bool full = false, no_pictures = false, claims = false;
  std::int64_t instances = 0;  // 0: the setting's own number
};

int list_experiments(const Options& options) {
  io::Json rows = io::Json::array();
  for (const auto& experiment : experiments::named_experiments())
    rows.push_back({{"name", experiment.name},
                    {"source", experiment.source},
                    {"cost", experiment.cost},
                    {"shows", experiment.shows}});
  print_rows(rows, options.shared);
  return 0;
}

// results.json and one CSV a table; the pictures come after, from the written file.
void write_results(const io::Json& results, const fs::path& folder) {
  io::write_json(folder / "results.json", results);
  for (const auto& section : results.at("sections"))
    for (const auto& table : section.value("tables", io::Json::array()))
      io::write_atomically(folder / (table.at("id").get<std::string>() + ".csv"),
                           io::rows_to_csv(table.at("rows")));
}

void write_all(const io::Json& results, const fs::path& folder, const Options& options) {
  write_results(results, folder);
  if (options.no_pictures) return;
  try {
    experiments::plot_results(folder / "results.json", folder);
  } catch (const ResourceProblem& problem) {
    say(options.shared, fmt::format("no pictures: {}", problem.what()));
  }
}

void print_findings(const io::Json& results) {
  for (const auto& one : results.at("findings"))
    std::printf("%-10s %s\n           %s\n", one.at("verdict").get<std::string>().c_str(),
                one.at("claim").get<std::string>().c_str(), one.at("evidence").get<std::string>().c_str());
}

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw ResourceProblem(fmt::format("{}: the folder cannot be made: {}", folder.string(), error.message()));
  io::check_writable(folder / "results.json");
}

experiments::ExperimentSettings settings_of(const Options& options, bool on_instances = true) {
  experiments::ExperimentSettings settings;
  settings.quick = !options.full;
  settings.seed = options.shared.seed;
  settings.threads = options.shared.threads;
  if (on_instances && options.instances > 0) settings.instances = options.instances;
  settings.interrupted = interrupted;
  return settings;
}

/// The experiment's results, written to `folder`; empty where it was interrupted.
std::optional<io::Json> run_experiment(const experiments::NamedExperiment& experiment, const fs::path& folder,
                                       const Options& options) {
  make_folder(folder);
  std::optional<ProgressDisplay> display(std::in_place, options.shared.progress_style(), experiment.name, 0,
                                         "runs");
  experiments::ExperimentSettings settings = settings_of(options, experiment.on_instances);
  settings.progress = [&](std::int64_t done, std::int64_t total, const std::string& note) {
    display->update(done, note, total);
  };
  auto results = experiment.run(settings);
  display.reset();
  if (!results) {
    say(options.shared, fmt::format("{}: interrupted; nothing written", experiment.name));
    return std::nullopt;
  }
  write_all(*results, folder, options);
  return results;
}

std::optional<io::Json> written_before(const experiments::NamedExperiment& experiment, const fs::path& folder,
                                       const Options& options) {
  const fs::path file = folder / "results.json";
  if (!fs::exists(file)) return std::nullopt;
  io::Json results = io::read_json(file);
  if (!experiments::is_current(results, experiment, settings_of(options, experiment.on_instances)))
    return std::nullopt;
  say(options.shared, fmt::format("{}: results of this program are there", experiment.name));
  return results;
}

/// The experiments named, or all, whose results are not there yet, and the ledger of their claims.
int reproduce_claims(const Options& options) {
  std::vector<experiments::NamedExperiment> judged;
  for (const auto& name : options.names) judged.push_back(experiments::named_experiment(name));
  if (judged.empty()) judged = experiments::named_experiments();
  require(options.instances == 0 || std::ranges::any_of(judged, &experiments::NamedExperiment::on_instances),
          fmt::format("--instances: {} {} theory, without any", fmt::join(options.names, ", "),
                      judged.size() == 1 ? "is" : "are"));
  const auto begin = std::chrono::steady_clock::now();
  const fs::path folder =
      options.shared.output.empty() ? fs::path("claims") : fs::path(options.shared.output);
  make_folder(folder);
  const SignalGuard guard;
  std::vector<io::Json> documents;
  for (const auto& experiment : judged) {
    auto results = written_before(experiment, folder / experiment.name, options);
    if (!results) results = run_experiment(experiment, folder / experiment.name, options);
    if (!results) return 130;
    documents.push_back(std::move(*results));
  }
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  const io::Json ledger =
      experiments::claims_document(documents, options.names, settings_of(options), seconds.count());
  write_results(ledger, folder);
  if (options.shared.json)
    print_object(ledger, options.shared);
  else if (!options.shared.quiet)
    print_findings(ledger);
  say(options.shared, fmt::format("written to {}", folder.string()));
  return 0;
}

int reproduce(const Command& command, const Options& options) {
  require(!command.given("--instances") || options.instances >= 1,
          fmt::format("--instances: must be at least 1, got {}", options.instances));
  if (options.claims) return reproduce_claims(options);
  if (options.names.empty()) return list_experiments(options);
  require(options.names.size() == 1,
          fmt::format("reproduce: one experiment at a time, got {}", options.names.size()));
  const auto& experiment = experiments::named_experiment(options.names.front());
  require(experiment.on_instances || !command.given("--instances"),
          fmt::format("--instances: {} is theory, without any", experiment.name));
  const fs::path folder =
      options.shared.output.empty() ? fs::path(experiment.name) : fs::path(options.shared.output);
  const SignalGuard guard;
  const auto results = run_experiment(experiment, folder, options);
  if (!results) return 130;
  if (options.shared.json)
    print_object(*results, options.shared);
  else if (!options.shared.quiet)
    print_findings(*results);
  say(options.shared, fmt::format("written to {}", folder.string()));
  return 0;
}

}  // namespace

void add_reproduce(Command program) {
  const auto options = std::make_shared<Options>();
  Command command = program.subcommand("reproduce", "A named experiment (without a name: the list)",
                                       "wfm reproduce demo --output demo");
  command.positional("name", options->names, "Experiment", false);
  command.flag("--full", options->full, "Larger sizes and more seeds than the quick setting");
  command.option("--instances", options->instances,
                 "Instances, or seeds, in place of the setting's own number (not of theory)");
  command.flag("--claims", options->claims,
               "The claims ledger: every experiment, or those named (the ones without results yet are run), "
               "and what it says");
  command.flag("--no-pictures", options->no_pictures, "Do not call matplotlib");
  add_shared_options(command, options->shared,
                     "Folder for results.json, tables and pictures (default: the experiment's name)");
  command.action([command, options] { return reproduce(command, *options); });
}

}  // namespace wfm::cli
