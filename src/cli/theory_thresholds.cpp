// wfm theory thresholds, monotone-margin: loads and margins at which an answer of the theory changes.
#include <fmt/format.h>

#include "cli/theory_options.hpp"
#include "math/error.hpp"
#include "theory/franz_parisi_thresholds.hpp"
#include "theory/thresholds.hpp"

namespace wfm::cli {

namespace {

std::vector<std::string> names_of(const TheoryOptions& options, const theory::Machine& machine) {
  if (options.called->given("--name")) {
    refuse_given(options, {"--slow"}, "belongs to the default list, --name has a list of its own");
    return experiments::split_list(options.names);
  }
  std::vector<std::string> names;
  for (const auto& kind : theory::threshold_kinds(machine))
    if (options.slow || kind.cost == "seconds") names.push_back(kind.name);
  require(!names.empty(), fmt::format("thresholds: none is known for the {}", name_of(machine)));
  return names;
}

struct Request {
  std::string name;
  double margin = 0;
};

int thresholds(const TheoryOptions& options) {
  const theory::Machine machine = machine_of(options);
  const auto margins = parse_list(options.margin, "--margin");
  require(options.plot.empty() || margins.size() > 1,
          fmt::format("--plot: draws thresholds against several margins (--margin 0:0.4:0.1), got one; wfm "
                      "reproduce alpha-le draws the curves that show them"));
  std::vector<Request> requests;
  for (const auto& name : names_of(options, machine))
    for (const double margin : margins) requests.push_back({name, margin});
  const io::Json rows = rows_of(requests, options.shared.threads, [&](const Request& request) {
    const auto threshold = theory::find_threshold(machine, request.name, request.margin);
    io::Json row = {{"name", threshold.name},
                    {"machine", name_of(machine)},
                    {"margin", request.margin},
                    {"alpha", io::number(threshold.alpha)},
                    {"error", io::number(threshold.error)},
                    {"distance", io::number(threshold.distance)},
                    {"replicas", io::number(threshold.replicas)},
                    {"ansatz", threshold.ansatz},
                    {"definition", threshold.definition}};
    add_outcome(row, threshold.converged, threshold.reason);
    return row;
  });
  return finish_theory(
      rows, options,
      {"thresholds", "Thresholds, " + name_of(machine), "margin", "alpha", {"margin"}, {"alpha"}, {"name"}});
}

int monotone_margin(const TheoryOptions& options) {
  const theory::Machine machine = machine_of(options);
  const io::Json rows = rows_of(combinations(options), options.shared.threads, [&](const AlphaMargin& point) {
    const auto result = theory::monotone_margins(machine, {&point.alpha, 1}, point.margin).front();
    io::Json row = {{"alpha", point.alpha},
                    {"margin", point.margin},
                    {"kappa_min", io::number(result.kappa_min)},
                    {"kappa_max", io::number(result.kappa_max)},
                    {"distance", io::number(result.distance)},
                    {"residual", io::number(result.residual)}};
    add_outcome(row, result.converged, result.reason);
    return row;
  });
  const std::vector<std::string> keys{"alpha", "margin"};
  const std::string x = experiments::varying_key(rows, keys);
  return finish_theory(rows, options,
                       {"monotone-margin",
                        "Least margin of a reference whose curve rises, " + name_of(machine),
                        x,
                        "kappa_min",
                        {x},
                        {"least margin"},
                        keys});
}

}  // namespace

void add_thresholds_theory(const AddCalculation& add, TheoryOptions& options) {
  Command command =
      add("thresholds", "Loads at which an answer of the theory changes, with definition and error",
          "wfm theory thresholds --weights binary", thresholds);
  add_machine_options(command, options);
  command.option("--name", options.names, "Names, separated by commas (default: all that take seconds)");
  command.flag("--slow", options.slow, "Those that take longer too, up to minutes");
  command.option("--margin", options.margin, "Margin of the solutions, a list or a range");

  Command monotone =
      add("monotone-margin",
          "Least margin kappa_min of a typical solution around which the Franz-Parisi entropy rises all the "
          "way to the typical distance",
          "wfm theory monotone-margin --alpha 0.5,0.6,0.7", monotone_margin);
  add_machine_options(monotone, options);
  monotone.option("--alpha", options.alpha, "Patterns per weight, a list or a range");
  monotone.option("--margin", options.margin, "Margin of the solutions counted, a list or a range");
}

}  // namespace wfm::cli
