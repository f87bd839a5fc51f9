// wfm theory local-entropy: the entropy of y real replicas at a mutual distance, or around an explicit centre.
#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "cli/theory_options.hpp"
#include "math/error.hpp"
#include "theory/explicit_centre.hpp"
#include "theory/local_entropy.hpp"

namespace wfm::cli {

namespace {

constexpr double at_zero_external = -1;  // --replicas star

/// --replicas: numbers, ranges, inf, or star for the y at which the external entropy vanishes.
std::vector<double> parse_replicas(const std::string& text) {
  auto values = experiments::parse_list_with_words(
      text, "--replicas", {{"inf", std::numeric_limits<double>::infinity()}, {"star", at_zero_external}});
  for (const double y : values)
    require(y > 0 || y == at_zero_external,
            fmt::format("--replicas: must be above 0, inf or star, got {}", y));
  return values;
}

struct Curve {
  double alpha = 0, margin = 0, replicas = 0;
  double centre_margin = 0;  // of a centre that is a solution
};

io::Json replicas_or_inf(double y) {
  return std::isinf(y) ? io::Json("inf") : io::number(y);
}

io::Json row_of(const Curve& curve, const theory::LocalEntropyPoint& point) {
  io::Json row = {{"alpha", curve.alpha},
                  {"margin", curve.margin},
                  {"replicas", replicas_or_inf(point.replicas)},
                  {"distance", point.distance},
                  {"entropy", io::number(point.entropy)},
                  {"normalised", io::number(point.normalised)},
                  {"slope", io::number(point.slope)},
                  {"external_entropy", io::number(point.external_entropy)},
                  {"q0", io::number(point.q0)},
                  {"q1", io::number(point.q1)},
                  {"delta", io::number(point.delta)},
                  {"dhat", io::number(point.dhat)},
                  {"outer_stability",
                   std::isinf(point.outer_stability) ? io::Json("inf") : io::number(point.outer_stability)},
                  {"residual", io::number(point.residual)},
                  {"quadrature_error", io::number(point.quadrature_error)}};
  // null: not known
  row["stable"] = std::isnan(point.outer_stability) ? io::Json() : io::Json(point.outer_stability < 1);
  row["groups_exist"] =
      std::isnan(point.external_entropy) ? io::Json() : io::Json(point.external_entropy > -1e-9);
  add_outcome(row, point.converged, point.reason);
  return row;
}

io::Json row_of(const Curve& curve, bool centre_is_solution, const theory::ExplicitCentrePoint& point) {
  io::Json row = {{"alpha", curve.alpha},
                  {"margin", curve.margin},
                  {"centre_margin", centre_is_solution ? io::Json(curve.centre_margin) : io::Json()},
                  {"replicas", replicas_or_inf(point.replicas)},
                  {"distance", point.distance},
                  {"entropy", io::number(point.entropy)},
                  {"free_entropy", io::number(point.free_entropy)},
                  {"slope", io::number(point.slope)},
                  {"external_entropy", io::number(point.external_entropy)},
                  {"qt", io::number(point.qt)},
                  {"st", io::number(point.st)},
                  {"q0", io::number(point.q0)},
                  {"q1", io::number(point.q1)},
                  {"residual", io::number(point.residual)},
                  {"quadrature_error", io::number(point.quadrature_error)}};
  add_outcome(row, point.converged, point.reason);
  return row;
}

io::Json rows_of_replicas(const Curve& curve, const theory::Machine& machine,
                          const std::vector<double>& distances) {
  io::Json rows = io::Json::array();
  const auto points =
      curve.replicas == at_zero_external
          ? theory::zero_external_entropy_curve(machine, curve.margin, curve.alpha, distances)
          : theory::local_entropy_curve({machine, curve.margin, curve.alpha, curve.replicas}, distances);
  for (const auto& point : points) rows.push_back(row_of(curve, point));
  return rows;
}

io::Json rows_of_centre(const Curve& curve, bool centre_is_solution, const std::vector<double>& distances) {
  const theory::ExplicitCentreParams params{curve.alpha, curve.margin, curve.centre_margin,
                                            centre_is_solution};
  io::Json rows = io::Json::array();
  const auto points = curve.replicas == at_zero_external
                          ? theory::zero_external_curve(params, distances)
                          : theory::explicit_centre_curve(params, curve.replicas, distances);
  for (const auto& point : points) rows.push_back(row_of(curve, centre_is_solution, point));
  return rows;
}

int local_entropy(const TheoryOptions& options) {
  const theory::Machine machine = machine_of(options);
  const auto distances = parse_list(options.distance, "--distance");
  const bool with_centre = options.centre != "none", centre_is_solution = options.centre == "solution";
  const bool star = options.replicas == "star" || (with_centre && !options.called->given("--replicas"));
  const auto replicas = parse_replicas(star ? "star" : options.replicas);
  if (!centre_is_solution)
    refuse_given(options, {"--centre-margin"}, "is of a centre that is a solution, --centre solution");
  if (with_centre) {
    require(machine.decoder == theory::Decoder::perceptron && machine.prior == theory::Prior::binary,
            fmt::format("--centre {}: known for the binary perceptron, got the {}", options.centre,
                        name_of(machine)));
    for (const double y : replicas)
      require(std::isfinite(y),
              fmt::format("--centre {}: needs a finite number of replicas, got inf", options.centre));
  }
  std::vector<Curve> curves;
  for (const auto& [alpha, margin] : combinations(options))
    for (const double centre_margin : options.centre_margin.empty()
                                          ? std::vector<double>{margin}
                                          : parse_list(options.centre_margin, "--centre-margin"))
      for (const double y : replicas) curves.push_back({alpha, margin, y, centre_margin});
  const io::Json rows = grouped_rows_of(curves, options.shared.threads, [&](const Curve& curve) {
    return with_centre ? rows_of_centre(curve, centre_is_solution, distances)
                       : rows_of_replicas(curve, machine, distances);
  });
  std::vector<std::string> keys{"alpha", "margin"};
  if (!star) keys.emplace_back("replicas");
  if (centre_is_solution) keys.emplace_back("centre_margin");
  return finish_theory(rows, options,
                       {"local-entropy",
                        "Local entropy, " + name_of(machine),
                        "distance",
                        with_centre ? "entropy" : "normalised",
                        {"distance"},
                        {with_centre ? "entropy per weight" : "normalised local entropy"},
                        keys});
}

}  // namespace

void add_local_entropy_theory(const AddCalculation& add, TheoryOptions& options) {
  Command command =
      add("local-entropy",
          "Entropy of y real replicas at mutual distance D, per replica (or at distance d of a centre)",
          "wfm theory local-entropy --alpha 0.5 --replicas inf --distance 0.02,0.05,0.1", local_entropy);
  add_machine_options(command, options);
  command.option("--alpha", options.alpha, "Patterns per weight, a list or a range");
  command.option("--margin", options.margin, "Margin of the solutions, a list or a range");
  command.option("--replicas", options.replicas,
                 "Replicas y: numbers, ranges, inf, or star where the external entropy vanishes (around a "
                 "centre the default)");
  command.choice(
      "--centre", options.centre, {"none", "free", "solution"},
      "Count around an explicit centre instead: any configuration, or a solution (binary perceptron)");
  command.option("--centre-margin", options.centre_margin,
                 "Margin of a centre that is a solution, a list or a range (default: that of the solutions)");
  command.option("--distance", options.distance,
                 "Distances of at least 1e-7 and below 1/2, a list or a range");
}

}  // namespace wfm::cli
