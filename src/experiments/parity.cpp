// wfm reproduce parity: do parity machines have wide flat minima? Replica theory of two and three units, binary weights, beside the
// committee of three, and instances of all three.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/local_entropy_figure.hpp"
#include "experiments/parity_instances.hpp"
#include "experiments/theory_experiments.hpp"
#include "math/parallel.hpp"

namespace wfm::experiments {

namespace {

using theory::Decoder;
using theory::Machine;
using theory::Prior;

const Machine parity_of_two{Prior::binary, Decoder::parity, 2, theory::Activation::sign};
const Machine parity_of_three{Prior::binary, Decoder::parity, 3, theory::Activation::sign};
const Machine committee_of_three{Prior::binary, Decoder::committee, 3, theory::Activation::sign};

/// S_I(D) at zero external entropy of the machines at one share of their capacities.
struct PhysicalCurves {
  double share = 0;
  std::vector<Machine> machines;
  std::vector<double> alphas;
  std::vector<std::vector<double>> distances;
  std::vector<std::vector<theory::LocalEntropyPoint>> curves;
};

/// `count` values of D up to `last`, equally far apart in ln D.
std::vector<double> distances_to(double last, int count) {
  constexpr double first = 0.004;
  std::vector<double> distances;
  for (int j = 0; j < count; ++j) distances.push_back(first * std::pow(last / first, j / (count - 1.0)));
  return distances;
}

io::Json chart_of(const PhysicalCurves& physical) {
  std::vector<Series> all;
  for (std::size_t m = 0; m < physical.machines.size(); ++m) {
    Series series;
    series.name = fmt::format("{}, α = {:.3f}", name_of(physical.machines[m]), physical.alphas[m]);
    series.color = int(m);
    for (const auto& point : physical.curves[m]) {
      series.x.push_back(point.distance);
      series.y.push_back(point.converged ? point.entropy : std::numeric_limits<double>::quiet_NaN());
    }
    all.push_back(series);
  }
  io::Json chart =
      make_chart("physical", fmt::format("Densest groups of solutions at {} of the capacity", physical.share),
                 {"mutual distance D"}, {"S_I per weight"}, all,
                 "y replicas at zero external entropy. A curve ends where no y* is found.");
  chart["overview"] = true;
  return chart;
}

io::Json existence_claim(const std::vector<theory::Threshold>& thresholds) {
  bool decided = true, none = true;
  std::string evidence;
  for (const Machine& machine : {parity_of_two, parity_of_three, committee_of_three}) {
    const auto& flat = threshold_of(thresholds, machine, "alpha_U_zero_external");
    const auto& capacity = threshold_of(thresholds, machine, "capacity");
    decided = decided && flat.converged && capacity.converged;
    if (machine.decoder == Decoder::parity) none = none && !(flat.alpha > 0);
    evidence += fmt::format("{}{}: α_U = {:.4f}, {:.2f} of the capacity {:.4f}", evidence.empty() ? "" : "; ",
                            name_of(machine), flat.alpha, flat.alpha / capacity.alpha, capacity.alpha);
  }
  return to_json(Claim{
      verdict(decided, none), "Parity machines have no wide flat minima.",
      "no load at which S_I(D) at zero external entropy rises with D at all distances, that is α_U does not "
      "exist (y replicas, replica symmetric between the groups)",
      evidence + ". Within this calculation dense regions exist up to α_U; it does not say whether an "
                 "algorithm can find "
                 "them, nor whether replica symmetry between the groups holds.",
      "[B]"});
}

io::Json comparison_claim(const std::vector<theory::Threshold>& thresholds) {
  const auto share = [&](const Machine& machine) {
    return threshold_of(thresholds, machine, "alpha_U_zero_external").alpha /
           threshold_of(thresholds, machine, "capacity").alpha;
  };
  const double two = share(parity_of_two), three = share(parity_of_three),
               committee = share(committee_of_three);
  return to_json(Claim{
      verdict(std::isfinite(two + three + committee), three < two && two < committee),
      "Dense regions of parity machines end at a smaller share of the capacity than those of committees.",
      "α_U/α_c at zero external entropy: parity K = 3 below parity K = 2 below committee K = 3",
      fmt::format("{:.4f} < {:.4f} < {:.4f}", three, two, committee), "[B]"});
}

struct InstanceSizes {
  CountedParitySizes counted;
  FoundParitySizes found;
};

InstanceSizes sizes_of(bool quick) {
  InstanceSizes sizes;
  if (quick) return sizes;
  sizes.counted.instances = 200;
  sizes.counted.theory_points = 32;
  sizes.counted.inputs_three.push_back(39);
  sizes.found.inputs_two = 2002;
  sizes.found.inputs_three = 2001;
  sizes.found.measured = 20;
  sizes.found.annealing_rate = 0.02;
  return sizes;
}

/// The machines of the instances; capacities are the theory's, once it is known.
std::vector<ComparedMachine> compared_machines() {
  return {{parity_of_two, 1, "parity K = 2"},
          {parity_of_three, 1, "parity K = 3"},
          {committee_of_three, 1, "committee K = 3"}};
}

}  // namespace

std::optional<io::Json> parity(const ExperimentSettings& settings) {
  // three units cost ten times what two do: averages over three fields
  constexpr double last = 0.35, last_physical = 0.15;  // further out y* grows without bound
  const int points_of_two = settings.quick ? 16 : 40, points_of_three = settings.quick ? 10 : 40;
  std::vector<LocalEntropyFigure> figures{
      {parity_of_two, {0.3, 0.5, 0.7, 0.8, 0.9}, distances_to(last, points_of_two), {}},
      {parity_of_three,
       settings.quick ? std::vector<double>{0.3, 0.5, 0.7} : std::vector<double>{0.3, 0.5, 0.7, 0.8},
       distances_to(last, points_of_three),
       {}}};
  std::vector<ThresholdRequest> requests;
  for (const Machine& machine : {parity_of_two, parity_of_three, committee_of_three})
    for (const char* name : {"capacity", "alpha_U_zero_external"}) requests.push_back({machine, name});
  requests.push_back({parity_of_two, "alpha_U_raw_slope"});
  requests.push_back({parity_of_three, "alpha_U_raw_slope"});
  if (!settings.quick)
    for (const Machine& machine : {parity_of_two, parity_of_three, committee_of_three})
      requests.push_back({machine, "zero_local_entropy"});
  PhysicalCurves physical{
      0.6,
      {parity_of_two, parity_of_three, committee_of_three},
      {},
      {distances_to(last_physical, points_of_two), distances_to(last_physical, points_of_three),
       distances_to(last_physical, points_of_three)},
      {}};
  physical.curves.resize(physical.machines.size());
  InstanceSizes instances = sizes_of(settings.quick);
  replace_count(instances.counted.instances, settings);
  replace_count(instances.found.instances, settings);
  instances.found.measured = std::min(instances.found.measured, instances.found.instances);
  std::vector<ComparedMachine> compared = compared_machines();
  Steps steps(settings, std::int64_t(figures[0].alphas.size() + figures[1].alphas.size() + requests.size() +
                                     physical.machines.size()) +
                            steps_of(instances.counted, compared) + steps_of(instances.found, compared));
  solve_figures(figures, settings.threads, steps);
  const auto thresholds = solve_thresholds(requests, settings.threads, steps);
  if (steps.interrupted()) return std::nullopt;
  for (const Machine& machine : physical.machines)
    physical.alphas.push_back(physical.share * threshold_of(thresholds, machine, "capacity").alpha);
  parallel_for(physical.machines.size(), settings.threads, [&](std::size_t m) {
    if (steps.interrupted()) return;
    physical.curves[m] = theory::zero_external_entropy_curve(physical.machines[m], 0, physical.alphas[m],
                                                             physical.distances[m]);
    steps.done(fmt::format("{}, zero external entropy", name_of(physical.machines[m])));
  });
  for (ComparedMachine& machine : compared)
    machine.capacity = threshold_of(thresholds, machine.machine, "capacity").alpha;
  const auto counted = counted_parity(instances.counted, compared, settings, steps);
  if (!counted) return std::nullopt;
  const auto found = found_parity(instances.found, compared, settings, steps);
  if (!found) return std::nullopt;

  Section section{"parity", "Parity machines", {}, {}, {}};
  section.text = {
      "Tree machines with binary weights on random patterns, N to infinity. Whether the densest groups of "
      "solutions exist "
      "at all distances is asked in the same way as for committees; nothing is assumed about how to find "
      "them."};
  section.charts = {chart_of(figures[0], "parity-2"), chart_of(figures[1], "parity-3"), chart_of(physical)};
  for (std::size_t j : {0, 1}) section.charts[j]["overview"] = false;  // four pictures fit
  section.tables = {thresholds_table(thresholds, "Thresholds"), points_table(figures)};
  Document document{"parity",
                    "Parity machines",
                    "Local entropy of parity machines beside the committee: replica theory and instances",
                    {},
                    {},
                    {}};
  document.facts = {
      {"machines", "parity K = 2, 3; committee K = 3"},
      {"ansatz", "RS outer"},
      {"instances", fmt::format("N up to {} counted, {} solved", instances.counted.inputs_two.back(),
                                instances.found.inputs_three)}};
  document.findings = {existence_claim(thresholds), comparison_claim(thresholds)};
  document.sections = {to_json(section), counted->section, found->section};
  for (const InstancePart* part : {&*found, &*counted})
    document.findings.insert(document.findings.end(), part->findings.begin(), part->findings.end());
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
