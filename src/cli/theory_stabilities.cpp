// wfm theory stabilities: the distribution of a pattern's stability over the typical solutions with margin.
#include <limits>

#include <fmt/format.h>

#include "cli/theory_options.hpp"
#include "math/error.hpp"
#include "theory/stability_distribution.hpp"

namespace wfm::cli {

namespace {

constexpr double default_reach = 4, default_step = 0.05;  // stabilities from the margin upwards

std::vector<double> stabilities_from(double margin) {
  std::vector<double> stabilities;
  for (int j = 0; j * default_step <= default_reach; ++j) stabilities.push_back(margin + j * default_step);
  return stabilities;
}

io::Json rows_at(const AlphaMargin& point, const theory::Machine& machine, const std::vector<double>& at) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const theory::RsParams params{point.alpha, point.margin, machine};
  const auto saddle = theory::rs_entropy(params);
  theory::StabilityMoments moments{nan, nan};
  std::vector<double> density(at.size(), nan);
  if (saddle.converged) {
    moments = theory::stability_moments(params, saddle);
    density = theory::stability_density(params, saddle, at);
  }
  io::Json rows = io::Json::array();
  for (std::size_t j = 0; j < at.size(); ++j) {
    double cumulative = nan;
    if (saddle.converged) {
      const double edges[] = {-infinity, at[j]};
      cumulative = theory::stability_histogram(params, saddle, edges)[0];
    }
    io::Json row = {{"alpha", point.alpha},
                    {"margin", point.margin},
                    {"stability", at[j]},
                    {"density", io::number(density[j])},
                    {"cumulative", io::number(cumulative)},
                    {"mean", io::number(moments.mean)},
                    {"normalisation", io::number(moments.normalisation)},
                    {"q", io::number(saddle.q)}};
    row["solutions_exist"] = solutions_exist(saddle, machine);
    add_outcome(row, saddle.converged, saddle.reason);
    rows.push_back(row);
  }
  return rows;
}

int stabilities(const TheoryOptions& options) {
  const theory::Machine machine = machine_of(options);
  require(
      theory::has_one_field(machine),
      fmt::format("stabilities: known for machines with one field a pattern, got the {}", name_of(machine)));
  const std::vector<double> given =
      options.stability.empty() ? std::vector<double>{} : parse_list(options.stability, "--stability");
  const io::Json rows =
      grouped_rows_of(combinations(options), options.shared.threads, [&](const AlphaMargin& point) {
        return rows_at(point, machine, given.empty() ? stabilities_from(point.margin) : given);
      });
  return finish_theory(rows, options,
                       {"stabilities",
                        "Stabilities of typical solutions, " + name_of(machine),
                        "stability",
                        "density",
                        {"stability Δ"},
                        {"P(Δ)"},
                        {"alpha", "margin"}});
}

}  // namespace

void add_stabilities_theory(const AddCalculation& add, TheoryOptions& options) {
  Command command =
      add("stabilities", "Distribution of a pattern's stability over the typical solutions with margin",
          "wfm theory stabilities --alpha 0.5 --margin 0,0.2 --stability 0:3:0.1", stabilities);
  add_machine_options(command, options);
  command.option("--alpha", options.alpha, "Patterns per weight, a list or a range");
  command.option("--margin", options.margin, "Margin kappa, a list or a range");
  command.option(
      "--stability", options.stability,
      "Stabilities Delta, a list or a range (default: from the margin to 4 beyond, steps of 0.05)");
}

}  // namespace wfm::cli
