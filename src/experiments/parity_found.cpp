// wfm reproduce parity, larger instances: which loads algorithms solve, and how many solutions lie around what they find.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/parity_found.hpp"
#include "landscape/local_entropy.hpp"
#include "math/parallel.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"

namespace wfm::experiments {

Architecture ComparedMachine::architecture(int inputs) const {
  return {machine.decoder == theory::Decoder::parity ? Machine::parity : Machine::committee, true, inputs,
          machine.hidden};
}

Problem ComparedMachine::instance(int inputs, double share, std::uint64_t seed) const {
  return make_storage(architecture(inputs), WeightKind::binary, share * capacity, seed);
}

namespace {

std::vector<Contender> contenders_of(const FoundParitySizes& sizes) {
  const std::string rate = fmt::format("{}", sizes.annealing_rate);
  return {{"annealing, cross-entropy",
           "annealing",
           {{"sharpness", "2"}, {"beta-start", "5"}, {"beta-rate", rate}},
           0,
           std::int64_t(40 / sizes.annealing_rate)},
          {"annealing, errors",
           "annealing",
           {{"energy", "errors"}, {"beta-rate", "0.003"}, {"beta-limit", "20"}},
           0,
           2500},
          {"fBP", "fbp", {}, 0, 1000}};
}

Curve measure(const FoundParity& found, const Problem& problem, const Weights& weights,
              const ExperimentSettings& settings) {
  landscape::LocalEntropyParams params;
  params.engine = landscape::Engine::edge;  // nearer to counts than AMP where few weights differ
  params.tolerance = 1e-5;
  params.interrupted = settings.interrupted;
  return landscape::local_entropy(problem, weights, found.sizes.distances, params);
}

void run_one(FoundParity& found, std::size_t m, std::size_t c, std::size_t s, std::size_t j,
             const ExperimentSettings& settings) {
  SolveRequest request;
  request.algorithm = found.contenders[c].algorithm;
  request.knobs = found.contenders[c].knobs;
  request.max_steps = found.contenders[c].max_steps;
  request.seed = instance_seed(settings, j);
  request.interrupted = settings.interrupted;
  const Problem problem = found.machines[m].instance(found.inputs(m), found.sizes.shares[s], request.seed);
  const SolveResult result = solve(problem, request);
  const std::size_t place = found.place(m, c, s, j);
  found.solved[place] = result.reached_goal;
  if (result.reached_goal && s == found.sizes.measured_share && j < found.sizes.measured)
    found.around[place] = measure(found, problem, result.record.weights, settings);
}

/// A random configuration and patterns that it labels: a typical solution of a typical instance where q = 0.
void plant_one(FoundParity& found, std::size_t m, std::size_t j, const ExperimentSettings& settings) {
  TeacherParams params;
  params.alpha = found.share() * found.machines[m].capacity;
  params.seed = instance_seed(settings, j);
  const Problem problem =
      make_teacher_student(found.machines[m].architecture(found.inputs(m)), WeightKind::binary, params);
  found.planted[m * found.sizes.measured + j] = measure(found, problem, *problem.teacher, settings);
}

Series curve_series(const std::vector<double>& distances, const std::vector<Curve>& curves,
                    const std::string& name, std::size_t color) {
  Series series;
  series.name = name;
  series.kind = "points";
  series.group = SeriesGroup::instance;
  series.color = int(color);
  for (std::size_t d = 0; d < distances.size(); ++d) {
    const MeanAndError mean = average_at(curves, d);
    if (mean.count < 2) continue;
    const double all = theory::data_free_entropy(distances[d]);
    series.x.push_back(distances[d]);
    series.y.push_back(mean.mean / all);
    series.error.push_back(mean.standard_error / all);
  }
  return series;
}

io::Json around_chart(const FoundParity& found) {
  std::vector<Series> all;
  for (std::size_t m = 0; m < found.machines.size(); ++m) {
    const ComparedMachine& machine = found.machines[m];
    all.push_back(
        curve_series(found.sizes.distances, found.around_found(m, 0), machine.label + ", annealing", m));
    Series typical;
    typical.name = machine.label + ", typical, N → ∞";
    typical.color = int(m);
    for (const auto& point : found.typical[m]) {
      if (!point.converged) continue;
      typical.x.push_back(point.distance);
      typical.y.push_back(point.entropy / theory::data_free_entropy(point.distance));
    }
    all.push_back(typical);
  }
  io::Json chart = make_chart(
      "around-found", fmt::format("Around what annealing finds, {:.2g} of the capacity", found.share()),
      {"distance d", "log"}, {"local entropy, of its bound h(d)"}, all,
      fmt::format("N = {} and {}, {} instances, belief propagation, means and standard errors. Lines: "
                  "Franz-Parisi entropy of typical solutions (replica symmetric); below 0 there are none.",
                  found.sizes.inputs_two, found.sizes.inputs_three, found.sizes.measured));
  chart["overview"] = true;
  return chart;
}

io::Json planted_chart(const FoundParity& found) {
  std::vector<Series> all;
  for (std::size_t m = 0; m < found.machines.size(); ++m) {
    for (std::size_t c = 0; c < found.contenders.size(); ++c) {
      const Series series =
          curve_series(found.sizes.distances, found.around_found(m, c),
                       fmt::format("{}, {}", found.machines[m].label, found.contenders[c].label), all.size());
      if (!series.x.empty()) all.push_back(series);
    }
    const Series series = curve_series(found.sizes.distances, found.around_planted(m),
                                       found.machines[m].label + ", planted", all.size());
    if (!series.x.empty()) all.push_back(series);
  }
  return make_chart("around-references", "Every algorithm, and planted solutions", {"distance d", "log"},
                    {"local entropy, of its bound h(d)"}, all,
                    "Planted: a random configuration that labels the patterns, typical for parity machines.");
}

io::Json success_chart(const FoundParity& found) {
  std::vector<Series> all;
  for (std::size_t m = 0; m < found.machines.size(); ++m)
    for (const std::size_t c : {std::size_t{0}, found.contenders.size() - 1}) {
      Series series;
      series.name = fmt::format("{}, {}", found.machines[m].label, found.contenders[c].label);
      series.group = SeriesGroup::instance;
      series.color = int(m);
      series.dashed = c > 0;
      for (const SuccessAtLoad& load : found.loads(m, c)) {
        series.x.push_back(load.alpha);
        series.y.push_back(load.rate());
        series.error.push_back(std::sqrt(load.rate() * (1 - load.rate()) / double(found.sizes.instances)));
      }
      all.push_back(series);
    }
  io::Json chart = make_chart(
      "success-curves", "Success of algorithms", {"load, share of the capacity"}, {"solved share"}, all,
      fmt::format("N = {} and {}, {} instances a load. Bars: binomial standard errors; the table has Wilson "
                  "intervals, and annealing on the number of errors.",
                  found.sizes.inputs_two, found.sizes.inputs_three, found.sizes.instances));
  chart["overview"] = true;
  return chart;
}

io::Json success_rows(const FoundParity& found) {
  io::Json rows = io::Json::array();
  for (std::size_t m = 0; m < found.machines.size(); ++m)
    for (std::size_t c = 0; c < found.contenders.size(); ++c)
      for (const SuccessAtLoad& load : found.loads(m, c)) {
        const auto solved = std::size_t(std::count(load.solved.begin(), load.solved.end(), 1));
        const Interval wilson = wilson_interval(solved, load.solved.size());
        rows.push_back({{"machine", found.machines[m].label},
                        {"inputs", found.inputs(m)},
                        {"algorithm", found.contenders[c].label},
                        {"share", load.alpha},
                        {"alpha", load.alpha * found.machines[m].capacity},
                        {"solved", solved},
                        {"instances", load.solved.size()},
                        {"rate_low", wilson.low},
                        {"rate_high", wilson.high}});
      }
  return rows;
}

io::Json entropy_rows(const FoundParity& found) {
  const std::vector<double>& distances = found.sizes.distances;
  io::Json rows = io::Json::array();
  const auto add = [&](std::size_t m, const std::string& around, const std::vector<Curve>& curves) {
    const auto measured = std::ranges::count_if(curves, [](const Curve& curve) { return !curve.empty(); });
    if (measured == 0) return;
    for (std::size_t d = 0; d < distances.size(); ++d) {
      const MeanAndError mean = average_at(curves, d);
      const auto& typical = found.typical[m][d];
      rows.push_back({{"machine", found.machines[m].label},
                      {"around", around},
                      {"distance", distances[d]},
                      {"solutions", measured},
                      {"converged", mean.count},
                      {"entropy", io::number(mean.mean)},
                      {"error", io::number(mean.standard_error)},
                      {"typical", typical.converged ? io::number(typical.entropy) : io::Json()},
                      {"bound", theory::data_free_entropy(distances[d])}});
    }
  };
  for (std::size_t m = 0; m < found.machines.size(); ++m) {
    for (std::size_t c = 0; c < found.contenders.size(); ++c)
      add(m, found.contenders[c].label, found.around_found(m, c));
    add(m, "planted", found.around_planted(m));
  }
  return rows;
}

}  // namespace

std::int64_t steps_of(const FoundParitySizes& sizes, const std::vector<ComparedMachine>& machines) {
  const auto runs = machines.size() * contenders_of(sizes).size() * sizes.shares.size() * sizes.instances;
  const auto parity = std::size_t(std::ranges::count_if(machines, is_parity));
  return std::int64_t(runs + parity * sizes.measured + machines.size());
}

std::optional<InstancePart> found_parity(const FoundParitySizes& sizes,
                                         const std::vector<ComparedMachine>& machines,
                                         const ExperimentSettings& settings, Steps& steps) {
  FoundParity found(sizes, machines, contenders_of(sizes));
  const std::size_t theory = machines.size(), planted = found.planted.size(), runs = found.solved.size();
  parallel_for(theory + planted + runs, settings.threads, [&](std::size_t task) {
    if (steps.interrupted()) return;
    if (task < theory) {
      const std::size_t m = theory - 1 - task;  // three units take longest
      found.typical[m] = theory::franz_parisi_curve(
          {found.share() * machines[m].capacity, 0, 0, machines[m].machine}, sizes.distances);
      return steps.done(fmt::format("{}, typical solutions", machines[m].label));
    }
    task -= theory;
    if (task < planted) {
      const std::size_t m = task / sizes.measured;
      if (!is_parity(machines[m])) return;
      plant_one(found, m, task % sizes.measured, settings);
      return steps.done(fmt::format("{}, planted", machines[m].label));
    }
    task -= planted;
    const std::size_t j = task % sizes.instances, s = task / sizes.instances % sizes.shares.size(),
                      c = task / sizes.instances / sizes.shares.size() % found.contenders.size(),
                      m = task / sizes.instances / sizes.shares.size() / found.contenders.size();
    run_one(found, m, c, s, j, settings);
    steps.done(
        fmt::format("{}, {}, share {}", machines[m].label, found.contenders[c].label, sizes.shares[s]));
  });
  if (steps.interrupted()) return std::nullopt;

  Section section{"found", "What algorithms find", {}, {}, {}};
  section.text = {
      "The algorithms that take parity machines at all, on random patterns; on-line rules, gradients and "
      "max-sum do "
      "not. A run that is not solved within its steps counts as a failure. Local entropies by belief "
      "propagation on "
      "edges with the overlap held fixed; points that did not converge are left out and counted."};
  section.charts = {success_chart(found), around_chart(found), planted_chart(found)};
  section.tables = {
      make_table("success-loads", "Success",
                 {{"machine", "machine"},
                  {"inputs", "N"},
                  {"algorithm", "algorithm"},
                  {"share", "share of the capacity", 3},
                  {"alpha", "α", 4},
                  {"solved", "solved"},
                  {"instances", "instances"},
                  {"rate_low", "95 % from", 2},
                  {"rate_high", "to", 2}},
                 success_rows(found)),
      make_table("around-points", fmt::format("Local entropies, {:.2g} of the capacity", found.share()),
                 {{"machine", "machine"},
                  {"around", "around"},
                  {"distance", "d"},
                  {"solutions", "solutions"},
                  {"converged", "converged"},
                  {"entropy", "local entropy", 4},
                  {"error", "±", 2},
                  {"typical", "typical, N → ∞", 4},
                  {"bound", "h(d)", 4}},
                 entropy_rows(found))};
  return InstancePart{found_parity_claims(found, settings.seed), to_json(section)};
}

}  // namespace wfm::experiments
