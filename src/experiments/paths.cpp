// wfm reproduce paths: training errors on paths between solutions of the same and of different algorithms, and the barriers on them.
#include "landscape/paths.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "experiments/document.hpp"
#include "experiments/ensemble.hpp"
#include "experiments/instance_experiments.hpp"
#include "experiments/slice_chart.hpp"
#include "math/parallel.hpp"

namespace wfm::experiments {

namespace {

using landscape::PathKind;

struct Setting {
  std::string id, title;
  std::string
      apart;  // the contender whose two solutions are far from each other: they span the slice with fBP's
  Architecture architecture;
  WeightKind weight_kind = WeightKind::binary;
  double alpha = 0;
  std::vector<Contender> contenders;
  std::size_t instances = 0;
};

constexpr std::size_t runs_each = 2;  // of a contender on an instance: two solutions of one algorithm
constexpr int points = 21;

std::vector<Setting> settings_of(const ExperimentSettings& settings) {
  const int n = settings.quick ? 1001 : 4001;
  std::size_t instances = settings.quick ? 5 : 20;
  replace_count(instances, settings);
  return {{"binary",
           fmt::format("Binary perceptron, N = {}, α = 0.5", n),
           "SBPI",
           {Machine::perceptron, false, n, 1},
           WeightKind::binary,
           0.5,
           {{"fBP", "fbp", {}},
            {"reinforced AMP", "amp", {}},
            {"reinforced BP", "rbp", {}},
            {"SBPI", "sbpi", {}}},
           instances},
          {"spherical",
           "Spherical tree committee, K = 9, N = 999, α = 1",
           "LAL",
           {Machine::committee, true, 999, 9},
           WeightKind::spherical,
           1,
           {{"fBP", "fbp", {}}, {"LAL", "lal", {}}},
           instances}};
}

/// The paths of one kind between solutions of two algorithms: one sample an instance, the mean over its pairs.
struct PairGroup {
  std::string first, second;
  PathKind kind = PathKind::geodesic;
  std::vector<double> barriers, distances;  // an instance each
  std::vector<std::vector<double>> curves;  // training error at the points, an instance each
};

struct Results {
  Setting setting;
  std::vector<PairGroup> groups;
  std::size_t unsolved = 0;
  std::optional<io::Json> slice;  // the chart; none where no instance has the three solutions
};

struct Task {
  std::size_t instance = 0;
  const Solution *first = nullptr, *second = nullptr;
};

/// All pairs of solved runs of one instance, each with the earlier contender first.
std::vector<Task> pairs_of(const std::vector<Solution>& solutions, const Setting& setting) {
  std::vector<Task> tasks;
  for (std::size_t a = 0; a < solutions.size(); ++a)
    for (std::size_t b = a + 1; b < solutions.size(); ++b)
      if (solutions[a].instance == solutions[b].instance && solutions[a].solved() && solutions[b].solved()) {
        const auto place = [&](const Solution& s) {
          std::size_t c = 0;
          while (setting.contenders[c].label != s.label) ++c;
          return c;
        };
        const bool ordered = place(solutions[a]) <= place(solutions[b]);
        tasks.push_back({solutions[a].instance, &solutions[ordered ? a : b], &solutions[ordered ? b : a]});
      }
  return tasks;
}

double mean_of(const std::vector<double>& values) {
  return mean_and_error(values).mean;
}

std::vector<PairGroup> gather(const Setting& setting, const std::vector<Task>& tasks,
                              const std::vector<landscape::PathsBetween>& paths) {
  std::vector<PairGroup> groups;
  for (std::size_t a = 0; a < setting.contenders.size(); ++a)
    for (std::size_t b = a; b < setting.contenders.size(); ++b)
      for (const PathKind kind : {PathKind::geodesic, PathKind::random_flips, PathKind::greedy_flips}) {
        PairGroup group{setting.contenders[a].label, setting.contenders[b].label, kind, {}, {}, {}};
        for (std::size_t instance = 0; instance < setting.instances; ++instance) {
          std::vector<double> barriers, distances;
          std::vector<std::vector<double>> at(points);
          for (std::size_t t = 0; t < tasks.size(); ++t) {
            if (tasks[t].instance != instance || tasks[t].first->label != group.first ||
                tasks[t].second->label != group.second)
              continue;
            for (const auto& path : paths[t].paths) {
              if (path.kind != kind) continue;
              barriers.push_back(path.barrier);
              distances.push_back(paths[t].distance);
              // of solutions closer than the points are many there are fewer points: barriers without a curve
              if (path.points.size() != at.size()) continue;
              for (std::size_t j = 0; j < at.size(); ++j) at[j].push_back(path.points[j].score.train_error);
            }
          }
          if (barriers.empty()) continue;
          group.barriers.push_back(mean_of(barriers));
          group.distances.push_back(mean_of(distances));
          if (at.front().empty()) continue;
          group.curves.emplace_back();
          for (const auto& values : at) group.curves.back().push_back(mean_of(values));
        }
        if (!group.barriers.empty()) groups.push_back(group);
      }
  return groups;
}

/// The plane through a solution of fBP and two of the contender whose solutions lie apart, for the first instance that has the three.
std::optional<io::Json> slice_of(const Setting& setting, const std::vector<Problem>& problems,
                                 const std::vector<Solution>& solutions, const ExperimentSettings& settings) {
  for (std::size_t instance = 0; instance < setting.instances; ++instance) {
    std::vector<const Solution*> flat, apart;
    for (const Solution& solution : solutions) {
      if (solution.instance != instance || !solution.solved()) continue;
      if (solution.label == "fBP") flat.push_back(&solution);
      if (solution.label == setting.apart) apart.push_back(&solution);
    }
    if (flat.empty() || apart.size() < 2) continue;
    landscape::SliceParams params;
    params.seed = settings.seed;
    params.threads = settings.threads;
    const landscape::Slice slice =
        landscape::slice_through(problems[instance], flat[0]->record.weights, apart[0]->record.weights,
                                 apart[1]->record.weights, params);
    io::Json chart = slice_chart(
        setting.id + "-slice", fmt::format("The plane through three solutions, {}", setting.id), slice,
        slice_score("train_error"), {"fBP", setting.apart + ", one run", setting.apart + ", another"},
        fmt::format(
            "{}, instance {}. Weights on the plane are real, each unit put back on its sphere (SLICE.1).",
            setting.title, instance + 1));
    chart["overview"] = setting.weight_kind == WeightKind::spherical;
    return chart;
  }
  return std::nullopt;
}

Results solve_setting(const Setting& setting, const ExperimentSettings& settings, Steps& steps) {
  const auto problems = storage_instances(setting.architecture, setting.weight_kind, setting.alpha,
                                          setting.instances, settings);
  std::vector<Solution> solutions;
  for (std::size_t run = 0; run < runs_each; ++run) {
    EnsembleParams params =
        ensemble_params(settings, [&](const Solution& solution) { steps.done(solution.label); });
    params.seed = runs_each * settings.seed + run;
    auto found = run_ensemble(problems, setting.contenders, params);
    std::ranges::move(found, std::back_inserter(solutions));
  }
  if (steps.interrupted()) return {setting, {}, 0, {}};
  const std::vector<Task> tasks = pairs_of(solutions, setting);
  std::vector<landscape::PathsBetween> paths(tasks.size());
  parallel_for(tasks.size(), settings.threads, [&](std::size_t t) {
    if (steps.interrupted()) return;
    landscape::PathParams params;
    params.points = points;
    params.seed = instance_seed(settings, t);
    params.threads = 1;
    paths[t] = landscape::paths_between(problems[tasks[t].instance], tasks[t].first->record.weights,
                                        tasks[t].second->record.weights, params);
  });
  steps.done(fmt::format("paths, {}", setting.id));
  return {setting, gather(setting, tasks, paths),
          std::size_t(std::ranges::count_if(solutions, [](const Solution& s) { return !s.solved(); })),
          slice_of(setting, problems, solutions, settings)};
}

std::string pair_name(const PairGroup& group) {
  return group.first == group.second ? fmt::format("two of {}", group.first)
                                     : fmt::format("{} and {}", group.first, group.second);
}

io::Json chart_of(const Results& results, PathKind kind, const std::string& title) {
  std::vector<Series> all;
  for (const PairGroup& group : results.groups) {
    if (group.kind != kind || group.curves.empty()) continue;
    Series series;
    series.name = pair_name(group);
    series.group = SeriesGroup::instance;
    for (int j = 0; j < points; ++j) {
      std::vector<double> samples;
      for (const auto& curve : group.curves) samples.push_back(curve[std::size_t(j)]);
      const MeanAndError value = mean_and_error(samples);
      series.x.push_back(double(j) / (points - 1));
      series.y.push_back(value.mean);
      series.error.push_back(value.standard_error);
    }
    all.push_back(series);
  }
  io::Json chart = make_chart(
      fmt::format("{}-{}", results.setting.id, name(kind)), title, {"position t on the path"},
      {"training error"}, all,
      fmt::format("{}; mean and standard error over {} instances. Pairs closer than {} flips have no curve.",
                  results.setting.title, results.setting.instances, points - 1));
  chart["overview"] = true;
  return chart;
}

io::Json table_rows(const std::vector<Results>& all) {
  io::Json rows = io::Json::array();
  for (const Results& results : all)
    for (const PairGroup& group : results.groups) {
      const MeanAndError barrier = mean_and_error(group.barriers);
      rows.push_back({{"weights", results.setting.id},
                      {"pair", pair_name(group)},
                      {"path", name(group.kind)},
                      {"distance", io::number(mean_of(group.distances))},
                      {"barrier", io::number(barrier.mean)},
                      {"error", io::number(barrier.standard_error)},
                      {"instances", group.barriers.size()}});
    }
  return rows;
}

const PairGroup* group_of(const Results& results, const std::string& label, PathKind kind) {
  for (const PairGroup& group : results.groups)
    if (group.first == label && group.second == label && group.kind == kind) return &group;
  return nullptr;
}

/// One claim a setting: the barriers of one kind of path against 1 pattern in 100.
io::Json low_barrier_claim(const Results& results, PathKind kind) {
  constexpr double low = 0.01;
  bool decided = false, holds = true;
  std::string evidence;
  for (const PairGroup& group : results.groups) {
    if (group.kind != kind) continue;
    const MeanAndError barrier = mean_and_error(group.barriers);
    decided = std::isfinite(barrier.standard_error);
    if (!decided) break;
    holds = holds && barrier.mean + 2 * barrier.standard_error < low;
    evidence += fmt::format("{}{}: {} at distance {:.3f}", evidence.empty() ? "" : "; ", pair_name(group),
                            with_error(barrier), mean_of(group.distances));
  }
  return to_json(Claim{
      verdict(decided, holds),
      fmt::format("Solutions in the wide flat region are connected by low barriers ({}).",
                  results.setting.title),
      fmt::format("for every pair of algorithms the mean barrier of the {} path (largest share of training "
                  "errors on it; "
                  "the ends have none) plus two standard errors over the instances is below {}",
                  name(kind), low),
      evidence +
          fmt::format(". {} of {} runs did not solve and are left out. The paths tried are upper bounds: "
                      "another path may have a lower barrier.",
                      results.unsolved,
                      runs_each * results.setting.instances * results.setting.contenders.size()),
      "beyond [A], [B]"});
}

/// fBP's own paths against another algorithm's, where their solutions are about as far apart: barriers grow with the distance.
io::Json flatter_claim(const Results& results, const std::string& other, PathKind kind) {
  const PairGroup *flat = group_of(results, "fBP", kind), *rest = group_of(results, other, kind);
  MeanAndError a{std::nan(""), std::nan(""), 0}, b = a;
  if (flat != nullptr) a = mean_and_error(flat->barriers);
  if (rest != nullptr) b = mean_and_error(rest->barriers);
  const double distance_a = flat != nullptr ? mean_of(flat->distances) : std::nan(""),
               distance_b = rest != nullptr ? mean_of(rest->distances) : std::nan("");
  const double error = std::hypot(a.standard_error, b.standard_error);
  constexpr double comparable = 2;
  const bool decided =
      std::isfinite(error) && distance_a < comparable * distance_b && distance_b < comparable * distance_a;
  return to_json(Claim{
      verdict(decided, a.mean + 2 * error < b.mean),
      fmt::format("Barriers between solutions of fBP are lower than between those of {} ({}).", other,
                  results.setting.title),
      fmt::format(
          "mean barrier of {} paths between two solutions of one algorithm: fBP's below {}'s by two standard "
          "errors; undecided where the distances differ by more than a factor of {}, since barriers grow "
          "with them",
          name(kind), other, comparable),
      fmt::format("fBP {} at distance {:.4f}, {} {} at distance {:.4f}", with_error(a), distance_a, other,
                  with_error(b), distance_b),
      "beyond [A], [B]"});
}

}  // namespace

std::optional<io::Json> paths(const ExperimentSettings& settings) {
  const std::vector<Setting> both = settings_of(settings);
  std::int64_t total = 0;
  for (const Setting& setting : both)
    total += std::int64_t(runs_each * setting.instances * setting.contenders.size()) + 1;
  Steps steps(settings, total);
  std::vector<Results> results;
  for (const Setting& setting : both) {
    results.push_back(solve_setting(setting, settings, steps));
    if (steps.interrupted()) return std::nullopt;
  }
  Section section{"paths", "Paths between solutions", {}, {}, {}};
  section.text = {
      "Two runs of each algorithm on each instance, random +-1 patterns, zero errors asked for. Binary "
      "solutions are joined by "
      "flipping the weights that differ one at a time, in 20 random orders or greedily (fewest errors of 64 "
      "drawn weights); "
      "spherical ones by the geodesic of every unit. The planes show the errors around three of the "
      "solutions, for real weights: "
      "those of a perceptron without errors are a convex set, those of a committee are not."};
  section.charts = {chart_of(results[0], PathKind::random_flips, "Random flips between binary solutions"),
                    chart_of(results[0], PathKind::greedy_flips, "Greedy flips between binary solutions"),
                    chart_of(results[1], PathKind::geodesic, "Geodesics between spherical solutions")};
  for (const Results& one : results)
    if (one.slice) section.charts.push_back(*one.slice);
  section.tables = {make_table(
      "barriers", "Barriers",
      {{"weights", "weights", 0},
       {"pair", "solutions", 0},
       {"path", "path", 0},
       {"distance", "distance", 3},
       {"barrier", "barrier", 3},
       {"error", "±", 2},
       {"instances", "instances", 0}},
      table_rows(results),
      "Largest share of training errors on the path; means over the pairs of an instance, errors over "
      "instances. Random flips: mean of the orders' largest shares.")};
  Document document{"paths",
                    "Paths between solutions",
                    "Barriers between solutions of the same and of different algorithms",
                    {},
                    {},
                    {}};
  document.facts = {{"instances", fmt::format("{} of each kind", both.front().instances)},
                    {"runs", fmt::format("{} of each algorithm on each", runs_each)}};
  document.findings = {low_barrier_claim(results[0], PathKind::greedy_flips),
                       low_barrier_claim(results[1], PathKind::geodesic),
                       flatter_claim(results[0], "SBPI", PathKind::random_flips),
                       flatter_claim(results[1], "LAL", PathKind::geodesic)};
  document.sections = {to_json(section)};
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
