// wfm reproduce parity, all solutions of small instances: how many lie around typical ones and around the densest, while N grows.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/parity_instances.hpp"
#include "landscape/solution_neighbours.hpp"
#include "math/parallel.hpp"
#include "problems/solution_list.hpp"
#include "problems/storage.hpp"
#include "theory/franz_parisi.hpp"

namespace wfm::experiments {

namespace {

constexpr int near = 2;  // flips within which solutions are called isolated
constexpr int wide = 4;  // flips within which density is judged

/// One machine with one number of weights.
struct Size {
  std::size_t machine = 0;
  int inputs = 0;
  std::vector<landscape::SolutionNeighbours> instances;

  int farthest() const { return inputs / 3; }  // of D: the symmetries of parity machines lie further away
  /// Mean over the instances that have solutions.
  MeanAndError mean(std::vector<double> landscape::SolutionNeighbours::*values, int D) const {
    std::vector<double> samples;
    for (const auto& one : instances)
      if (one.solutions > 0) samples.push_back((one.*values)[std::size_t(D - 1)]);
    return mean_and_error(samples);
  }
};

const std::vector<int>& inputs_of(const CountedParitySizes& sizes, const ComparedMachine& machine) {
  return machine.machine.hidden == 2 ? sizes.inputs_two : sizes.inputs_three;
}

std::vector<Size> all_sizes(const CountedParitySizes& sizes, const std::vector<ComparedMachine>& machines) {
  std::vector<Size> all;
  for (std::size_t m = 0; m < machines.size(); ++m)
    for (const int inputs : inputs_of(sizes, machines[m]))
      all.push_back({m, inputs, std::vector<landscape::SolutionNeighbours>(sizes.instances)});
  return all;
}

const Size& largest(const std::vector<Size>& all, std::size_t machine) {
  return *std::ranges::max_element(
      all, {}, [&](const Size& size) { return size.machine == machine ? size.inputs : 0; });
}

const Size& smallest(const std::vector<Size>& all, std::size_t machine) {
  return *std::ranges::min_element(
      all, {}, [&](const Size& size) { return size.machine == machine ? size.inputs : 1000; });
}

Series counted_series(const Size& size, const std::string& name,
                      std::vector<double> landscape::SolutionNeighbours::*values) {
  Series series;
  series.name = name;
  series.group = SeriesGroup::instance;
  series.color = int(size.machine);
  for (int D = 1; D <= size.farthest(); ++D) {
    const MeanAndError mean = size.mean(values, D);
    series.x.push_back(D / double(size.inputs));
    series.y.push_back(mean.mean);
    series.error.push_back(mean.standard_error);
  }
  return series;
}

/// share_w(D) for N to infinity around typical solutions, replica symmetric.
Series typical_series(const ComparedMachine& machine, std::size_t index, double share, int points) {
  Series series;
  series.name = machine.label + ", typical, N → ∞";
  series.color = int(index);
  std::vector<double> distances;
  for (int j = 1; j <= points; ++j) distances.push_back(0.01 * std::pow(33.0, j / double(points)));
  double best = 0;
  for (const auto& point :
       theory::franz_parisi_curve({share * machine.capacity, 0, 0, machine.machine}, distances)) {
    if (!point.converged) continue;
    best = std::max(best, point.entropy);
    series.x.push_back(point.distance);
    series.y.push_back(best / theory::data_free_entropy(point.distance));
  }
  return series;
}

io::Json around_chart(const std::vector<Size>& all, const std::vector<ComparedMachine>& machines,
                      const CountedParitySizes& sizes, const std::vector<Series>& typical) {
  std::vector<Series> series;
  for (std::size_t m = 0; m < machines.size(); ++m) {
    const Size& size = largest(all, m);
    const std::string label = fmt::format("{}, N = {}", machines[m].label, size.inputs);
    series.push_back(counted_series(size, label + ", densest", &landscape::SolutionNeighbours::densest));
    series.push_back(counted_series(size, label + ", all", &landscape::SolutionNeighbours::typical));
    series.back().kind = "points";
    series.push_back(typical[m]);
    series.back().dashed = true;
  }
  io::Json chart = make_chart(
      "around-all", fmt::format("All solutions counted, {:.2g} of the capacity", sizes.share),
      {"distance d = D/N"}, {"ln number within D, of ln of all"}, series,
      fmt::format(
          "0: alone; 1: every configuration is a solution. Points: mean over all solutions of an "
          "instance; lines: the largest at each D; dashed: "
          "Franz-Parisi entropy of typical solutions (replica symmetric). {} instances, standard errors.",
          sizes.instances));
  chart["overview"] = true;
  return chart;
}

io::Json sizes_chart(const std::vector<Size>& all, const std::vector<ComparedMachine>& machines,
                     const CountedParitySizes& sizes) {
  std::vector<Series> series(machines.size());
  for (std::size_t m = 0; m < machines.size(); ++m) {
    series[m].name = machines[m].label;
    series[m].group = SeriesGroup::instance;
    series[m].color = int(m);
  }
  for (const Size& size : all) {
    const MeanAndError isolated = size.mean(&landscape::SolutionNeighbours::isolated, near);
    series[size.machine].x.push_back(size.inputs);
    series[size.machine].y.push_back(isolated.mean);
    series[size.machine].error.push_back(isolated.standard_error);
  }
  return make_chart(
      "isolated", fmt::format("Solutions with no other one within {} flips", near), {"weights N"},
      {"share of the solutions"}, series,
      fmt::format("{:.2g} of the capacity, {} instances, standard errors.", sizes.share, sizes.instances));
}

io::Json rows_of(const std::vector<Size>& all, const std::vector<ComparedMachine>& machines,
                 const CountedParitySizes& sizes) {
  io::Json rows = io::Json::array();
  for (const Size& size : all) {
    const ComparedMachine& machine = machines[size.machine];
    std::vector<double> entropies;
    for (const auto& one : size.instances)
      if (one.solutions > 0) entropies.push_back(std::log(double(one.solutions)) / size.inputs);
    io::Json row = {
        {"machine", machine.label},
        {"inputs", size.inputs},
        {"patterns", pattern_count(sizes.share * machine.capacity, machine.architecture(size.inputs))},
        {"with_solutions", entropies.size()},
        {"instances", size.instances.size()}};
    const auto put = [&](const std::string& key, const MeanAndError& value) {
      row[key] = io::number(value.mean);
      row[key + "_error"] = io::number(value.standard_error);
    };
    put("entropy", mean_and_error(entropies));
    put("isolated_1", size.mean(&landscape::SolutionNeighbours::isolated, 1));
    put("isolated_2", size.mean(&landscape::SolutionNeighbours::isolated, near));
    put("typical", size.mean(&landscape::SolutionNeighbours::typical, wide));
    put("densest", size.mean(&landscape::SolutionNeighbours::densest, wide));
    rows.push_back(row);
  }
  return rows;
}

/// What the densest of two machines have, minus each other, on the same patterns.
MeanAndError densest_difference(const Size& first, const Size& second) {
  std::vector<double> differences;
  for (std::size_t j = 0; j < first.instances.size(); ++j)
    if (first.instances[j].solutions > 0 && second.instances[j].solutions > 0)
      differences.push_back(first.instances[j].densest[wide - 1] - second.instances[j].densest[wide - 1]);
  return mean_and_error(differences);
}

io::Json density_claim(const std::vector<Size>& all, const std::vector<ComparedMachine>& machines,
                       const CountedParitySizes& sizes) {
  // machines: parity K = 2, parity K = 3, committee K = 3; the last two have the same N and patterns
  const Size &parity = largest(all, 1), &committee = largest(all, 2);
  const MeanAndError difference = densest_difference(parity, committee);
  return to_json(Claim{
      verdict(std::isfinite(difference.standard_error), difference.mean + 3 * difference.standard_error < 0),
      "The densest solutions of the parity machine are less dense than those of the committee (all solutions "
      "counted).",
      fmt::format(
          "ln number within {} flips over ln of all such configurations, of the densest solution: {} minus "
          "{}, same patterns, N = {}, {:.2g} of the capacity of each: below zero by three standard errors",
          wide, machines[1].label, machines[2].label, parity.inputs, sizes.share),
      fmt::format("{} over {} instances: {} and {}; mean over all solutions {} and {}",
                  with_error(difference), difference.count,
                  with_error(parity.mean(&landscape::SolutionNeighbours::densest, wide)),
                  with_error(committee.mean(&landscape::SolutionNeighbours::densest, wide)),
                  with_error(parity.mean(&landscape::SolutionNeighbours::typical, wide)),
                  with_error(committee.mean(&landscape::SolutionNeighbours::typical, wide))),
      "beyond"});
}

io::Json growing_claim(const std::vector<Size>& all, const std::vector<ComparedMachine>& machines,
                       const CountedParitySizes& sizes) {
  bool decided = true, holds = true;
  std::string evidence;
  for (std::size_t m = 0; m < machines.size(); ++m) {
    const Size &small = smallest(all, m), &large = largest(all, m);
    evidence += fmt::format("{}{}, N = {} and {}: all", evidence.empty() ? "" : "; ", machines[m].label,
                            small.inputs, large.inputs);
    for (const auto values :
         {&landscape::SolutionNeighbours::typical, &landscape::SolutionNeighbours::densest}) {
      const bool typical = values == &landscape::SolutionNeighbours::typical;
      const MeanAndError before = small.mean(values, wide), after = large.mean(values, wide);
      const double error = std::hypot(before.standard_error, after.standard_error);
      const bool falls = before.mean - after.mean > 3 * error;
      evidence +=
          fmt::format("{} {} and {}", typical ? "" : ", densest", with_error(before), with_error(after));
      if (machines[m].machine.decoder != theory::Decoder::parity) continue;
      decided = decided && std::isfinite(error);
      holds = holds && falls == typical;
    }
  }
  return to_json(Claim{
      verdict(decided, holds),
      "As N grows typical solutions of parity machines lose their neighbours, the densest keep theirs (all "
      "solutions counted).",
      fmt::format("ln number within {} flips over ln of all such configurations, from the smallest N to the "
                  "largest, K "
                  "= 2 and 3: the mean over all solutions falls by three standard errors, that of the "
                  "densest does not; "
                  "{:.2g} of the capacity",
                  wide, sizes.share),
      evidence, "beyond"});
}

}  // namespace

std::int64_t steps_of(const CountedParitySizes& sizes, const std::vector<ComparedMachine>& machines) {
  std::int64_t steps = std::int64_t(machines.size());
  for (const ComparedMachine& machine : machines)
    steps += std::int64_t(inputs_of(sizes, machine).size() * sizes.instances);
  return steps;
}

std::optional<InstancePart> counted_parity(const CountedParitySizes& sizes,
                                           const std::vector<ComparedMachine>& machines,
                                           const ExperimentSettings& settings, Steps& steps) {
  std::vector<Size> all = all_sizes(sizes, machines);
  std::vector<Series> typical(machines.size());
  // the theory first, and the largest sizes first: they take longest
  parallel_for(machines.size() + all.size() * sizes.instances, settings.threads, [&](std::size_t task) {
    if (steps.interrupted()) return;
    if (task < machines.size()) {
      const std::size_t m = machines.size() - 1 - task;
      typical[m] = typical_series(machines[m], m, sizes.share, sizes.theory_points);
      steps.done(fmt::format("{}, typical solutions", machines[m].label));
      return;
    }
    task -= machines.size();
    Size& size = all[all.size() - 1 - task / sizes.instances];
    const std::size_t j = task % sizes.instances;
    const ComparedMachine& machine = machines[size.machine];
    const auto solutions =
        list_solutions(machine.instance(size.inputs, sizes.share, instance_seed(settings, j)));
    size.instances[j] = landscape::solution_neighbours(solutions, size.inputs, size.farthest());
    steps.done(fmt::format("{}, N = {}: {} solutions", machine.label, size.inputs, solutions.size()));
  });
  if (steps.interrupted()) return std::nullopt;

  Section section{"counted", "All solutions of small instances", {}, {}, {}};
  section.text = {fmt::format(
      "Trees with binary weights of odd fan-in on random patterns, {:.2g} of each machine's capacity. Every "
      "solution is "
      "known, and so is the number of others within D flips of each. Means are over all solutions of an "
      "instance, then over instances; the densest are taken at each D for itself. Reversing whole units in "
      "pairs "
      "leaves a parity machine as it is: those copies lie further away than the distances shown.",
      sizes.share)};
  section.charts = {around_chart(all, machines, sizes, typical), sizes_chart(all, machines, sizes)};
  section.tables = {
      make_table("counted-sizes", "All solutions",
                 {{"machine", "machine"},
                  {"inputs", "N"},
                  {"patterns", "patterns"},
                  {"with_solutions", "with solutions"},
                  {"instances", "instances"},
                  {"entropy", "entropy", 4},
                  {"entropy_error", "±", 2},
                  {"isolated_1", "alone within 1 flip", 3},
                  {"isolated_1_error", "±", 2},
                  {"isolated_2", fmt::format("within {}", near), 3},
                  {"isolated_2_error", "±", 2},
                  {"typical", fmt::format("share within {}, all", wide), 3},
                  {"typical_error", "±", 2},
                  {"densest", "densest", 3},
                  {"densest_error", "±", 2}},
                 rows_of(all, machines, sizes),
                 "Share: ln of the number of solutions, itself included, over ln of the number of "
                 "configurations.")};
  return InstancePart{{density_claim(all, machines, sizes), growing_claim(all, machines, sizes)},
                      to_json(section)};
}

}  // namespace wfm::experiments
