// wfm reproduce: a named experiment, its results document, tables and pictures.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>

#include "cli/commands.hpp"
#include "cli/shared_options.hpp"
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
  bool full = false, no_pictures = false;
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

void print_findings(const io::Json& results) {
  for (const auto& one : results.at("findings"))
    std::printf("%-10s %s\n           %s\n", one.at("verdict").get<std::string>().c_str(),
                one.at("claim").get<std::string>().c_str(), one.at("evidence").get<std::string>().c_str());
}

int reproduce(const Options& options) {
  if (options.names.empty()) return list_experiments(options);
  require(options.names.size() == 1,
          fmt::format("reproduce: one experiment at a time, got {}", options.names.size()));
  const auto& experiment = experiments::named_experiment(options.names.front());
  const fs::path folder =
      options.shared.output.empty() ? fs::path(experiment.name) : fs::path(options.shared.output);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw ResourceProblem(fmt::format("{}: the folder cannot be made: {}", folder.string(), error.message()));
  io::check_writable(folder / "results.json");

  const SignalGuard guard;
  std::optional<ProgressDisplay> display(std::in_place, options.shared.progress_style(), experiment.name, 0,
                                         "runs");
  experiments::ExperimentSettings settings;
  settings.quick = !options.full;
  settings.seed = options.shared.seed;
  settings.threads = options.shared.threads;
  settings.interrupted = interrupted;
  settings.progress = [&](std::int64_t done, std::int64_t total, const std::string& note) {
    display->update(done, note, total);
  };
  const auto results = experiment.run(settings);
  display.reset();
  if (!results) {
    say(options.shared, "interrupted; nothing written");
    return 130;
  }
  write_results(*results, folder);
  if (!options.no_pictures) {
    try {
      experiments::plot_results(folder / "results.json", folder);
    } catch (const ResourceProblem& problem) {
      say(options.shared, fmt::format("no pictures: {}", problem.what()));
    }
  }
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
  command.flag("--no-pictures", options->no_pictures, "Do not call matplotlib");
  add_shared_options(command, options->shared,
                     "Folder for results.json, tables and pictures (default: the experiment's name)");
  command.action([options] { return reproduce(*options); });
}

}  // namespace wfm::cli
