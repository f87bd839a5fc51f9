// wfm reproduce fashion-mnist: the fully connected committee of nine units on Dress against Coat: flatness, stabilities and test error of
// the solutions of many algorithms on the same images, and whether flatter ones have the smaller test error.
#include "experiments/fashion_mnist.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "experiments/measure_correlations.hpp"
#include "math/parallel.hpp"

namespace wfm::experiments {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Algorithms with weights of one kind on the same images.
struct Group {
  WeightKind kind = WeightKind::spherical;
  std::vector<Contender> contenders;
  std::vector<std::size_t> judged;  // measures on which the claim is judged, by index: chosen before any run
  std::vector<Solution> solutions;  // by contender, then seed
  std::vector<std::vector<double>> measures;  // measure_row of each solution; empty where it was not solved
  std::vector<MeasurePair> all, without_lal;  // of each measure with the test error
};

/// Of the solved runs, but those of one algorithm.
MeasureTable table_of(const Group& group, const std::string& left_out = "") {
  MeasureTable table{measure_columns(group.kind, {}), {}, {}};
  for (std::size_t j = 0; j < group.solutions.size(); ++j) {
    const Solution& solution = group.solutions[j];
    if (!solution.solved() || solution.record.algorithm == left_out) continue;
    table.rows.push_back(group.measures[j]);
    table.problem.push_back(solution.instance);
  }
  return table;
}

void solve_and_measure(Group& group, const std::vector<Problem>& problems, const ExperimentSettings& settings,
                       Steps& steps) {
  group.solutions =
      run_ensemble(problems, group.contenders,
                   ensemble_params(settings, [&](const Solution& solution) { steps.done(solution.label); }));
  group.measures.resize(group.solutions.size());
  SharpnessParams flatness;
  flatness.seed = settings.seed;
  parallel_for(group.solutions.size(), settings.threads, [&](std::size_t j) {
    if (steps.interrupted()) return;
    const Solution& solution = group.solutions[j];
    if (solution.solved())
      group.measures[j] = measure_row(problems[solution.instance], solution.record.weights, flatness);
    steps.done(fmt::format("flatness, {}", solution.label));
  });
  if (steps.interrupted()) return;
  const RankCorrelationParams resampling{.seed = settings.seed, .threads = settings.threads};
  group.all = measure_correlations(table_of(group), false, resampling);
  group.without_lal = measure_correlations(table_of(group, "lal"), false, resampling);
}

/// Sharpness number m of the solved runs of a contender; the number of runs for which there is none.
struct MeasureSamples {
  std::vector<double> sharpness, test_error;
  std::size_t missing = 0;
};

MeasureSamples samples_of(const Group& group, const std::string& label, std::size_t m) {
  MeasureSamples samples;
  for (std::size_t j = 0; j < group.solutions.size(); ++j) {
    if (group.solutions[j].label != label || !group.solutions[j].solved()) continue;
    const double value = group.measures[j][m];
    if (std::isnan(value)) {
      ++samples.missing;
      continue;
    }
    samples.sharpness.push_back(value);
    samples.test_error.push_back(test_error(group.solutions[j]));
  }
  return samples;
}

io::Json algorithms_table(const Group& group) {
  const auto names = sharpness_names(group.kind);
  std::vector<Column> columns{{"algorithm", "algorithm"},      {"solved", "solved"},
                              {"unsolved", "unsolved"},        {"train_errors", "training errors", 3},
                              {"test_error", "test error", 4}, {"minimum", "least stability", 3}};
  for (std::size_t m = 0; m < names.size(); ++m)
    columns.push_back({fmt::format("measure_{}", m), names[m], 3});
  columns.push_back({"missing", "measures not converged"});
  io::Json rows = io::Json::array();
  for (const Contender& contender : group.contenders) {
    std::vector<double> train, test, least;
    std::size_t solved = 0, missing = 0;
    const auto runs = of_label(group.solutions, contender.label);
    for (const Solution* run : runs) {
      train.push_back(double(run->record.train_errors));
      if (!run->solved()) continue;
      ++solved;
      test.push_back(test_error(*run));
      least.push_back(landscape::stability_statistics(run->stabilities).minimum);
    }
    io::Json row = {{"algorithm", contender.label}, {"solved", solved}, {"unsolved", runs.size() - solved}};
    put_mean(row, "train_errors", train);
    put_mean(row, "test_error", test);
    row["minimum"] = io::number(mean_and_error(least).mean);
    for (std::size_t m = 0; m < names.size(); ++m) {
      const MeasureSamples samples = samples_of(group, contender.label, m);
      put_mean(row, fmt::format("measure_{}", m), samples.sharpness);
      missing += samples.missing;
    }
    row["missing"] = missing;
    rows.push_back(row);
  }
  const std::string kind(name(group.kind));
  return with_error_columns(make_table(
      "algorithms-" + kind, fmt::format("Algorithms, {} weights", kind), columns, rows,
      "Means over the solved seeds with standard errors; training errors over all. Measures that did not "
      "converge are left out of their means and counted."));
}

std::string interval_text(const TauInterval& tau) {
  return fmt::format("{:.2f} [{:.2f}, {:.2f}]", tau.tau, tau.low, tau.high);
}

io::Json correlations_table(const std::vector<Group>& groups) {
  io::Json rows = io::Json::array();
  const auto put_interval = [](io::Json& row, const std::string& key, const TauInterval& tau) {
    row[key] = io::number(tau.tau);
    row[key + "_low"] = io::number(tau.low);
    row[key + "_high"] = io::number(tau.high);
  };
  for (const Group& group : groups) {
    const auto names = sharpness_names(group.kind);
    for (std::size_t m = 0; m < names.size(); ++m) {
      const ClusteredRankCorrelation& all = group.all[m].tau;
      io::Json row = {{"weights", name(group.kind)}, {"measure", names[m]}};
      put_interval(row, "within", all.within);
      put_interval(row, "pooled", all.pooled);
      put_interval(row, "rest",
                   group.kind == WeightKind::spherical ? group.without_lal[m].tau.within
                                                       : TauInterval{none, none, none});
      row["solutions"] = all.count;
      row["seeds"] = all.clusters;
      rows.push_back(row);
    }
  }
  return make_table(
      "correlations", "Kendall's τ of sharpness and test error",
      {{"weights", "weights"},
       {"measure", "measure"},
       {"within", "within a seed", 2},
       {"within_low", "low", 2},
       {"within_high", "high", 2},
       {"pooled", "all together", 2},
       {"pooled_low", "low", 2},
       {"pooled_high", "high", 2},
       {"rest", "within a seed, without LAL", 2},
       {"rest_low", "low", 2},
       {"rest_high", "high", 2},
       {"solutions", "solutions"},
       {"seeds", "seeds"}},
      rows,
      "Positive: flatter solutions generalise better. Intervals of 95 % from 2000 resamples of the seeds: "
      "they say what other images would give, for these algorithms. Without any correction for the number of "
      "measures; ten seeds make them a little too narrow.");
}

io::Json claim_of(const Group& group, std::size_t m) {
  const ClusteredRankCorrelation& all = group.all[m].tau;
  const bool decided = !group.all[m].by_solutions && (all.within.low > 0 || all.within.high < 0);
  const auto unsolved = std::ranges::count_if(group.solutions, [](const Solution& s) { return !s.solved(); });
  std::string evidence = fmt::format("τ = {} within a seed, {} over all solutions together",
                                     interval_text(all.within), interval_text(all.pooled));
  if (group.kind == WeightKind::spherical)
    evidence += fmt::format("; without LAL {} within a seed", interval_text(group.without_lal[m].tau.within));
  evidence += fmt::format(". {} solutions, {} seeds; {} runs unsolved, {} measures not converged.", all.count,
                          all.clusters, unsolved, group.all[m].missing);
  return to_json(Claim{verdict(decided, all.within.low > 0),
                       fmt::format("Wider minima generalise better: {} ({} weights).",
                                   sharpness_names(group.kind)[m], name(group.kind)),
                       "Kendall's τ of this sharpness and the test error over the algorithms on one subset "
                       "of the images, mean "
                       "over the subsets, 95 % interval by resampling subsets: above zero holds, below "
                       "fails, else undecided. It "
                       "speaks of these algorithms only",
                       evidence, "[B]"});
}

io::Json chart_of(const Group& group, const std::string& id, std::size_t m, const std::string& scale) {
  std::vector<Series> clouds;
  for (const Contender& contender : group.contenders) {
    const MeasureSamples samples = samples_of(group, contender.label, m);
    Series cloud;
    cloud.name = contender.label;
    cloud.kind = "points";
    cloud.group = SeriesGroup::instance;
    cloud.x = samples.sharpness;
    cloud.y = samples.test_error;
    if (!cloud.x.empty()) clouds.push_back(cloud);
  }
  const std::string measure = sharpness_names(group.kind)[m];
  io::Json chart = make_chart(fmt::format("{}-{}", id, name(group.kind)),
                              fmt::format("{}, {} weights", measure, name(group.kind)), {measure, scale},
                              {"test error"}, clouds, "One point a solution: each algorithm on each subset.");
  chart["overview"] = true;
  return chart;
}

std::vector<Group> groups_of(const SharpnessParams& params) {
  // local energy at the middle level, local entropy at the middle distance, patterns decided by one unit; trace, largest
  const std::size_t energy = params.noise.size() / 2,
                    entropy = params.noise.size() + params.distances.size() / 2,
                    decided = params.noise.size() + params.distances.size();
  return {{WeightKind::spherical,
           spherical_image_contenders(),
           {energy, decided + 2, decided + 3, entropy, decided},
           {},
           {},
           {},
           {}},
          {WeightKind::binary, binary_image_contenders(), {energy, entropy, decided}, {}, {}, {}, {}}};
}

}  // namespace

std::optional<io::Json> fashion_mnist(const ExperimentSettings& settings) {
  FashionMnistSizes sizes;
  if (settings.quick)
    sizes.many.seeds = 0;
  else
    sizes.seeds = 50;
  replace_count(sizes.seeds, settings);
  if (sizes.many.seeds > 0) replace_count(sizes.many.seeds, settings);
  return fashion_mnist(sizes, settings);
}

std::optional<io::Json> fashion_mnist(const FashionMnistSizes& sizes, const ExperimentSettings& settings) {
  const io::ImageData images = io::read_image_folder();
  std::vector<Group> groups = groups_of({});
  std::int64_t total = std::int64_t(many_images_contenders().size() * sizes.many.seeds);
  for (const Group& group : groups) total += 2 * std::int64_t(group.contenders.size() * sizes.seeds);
  Steps steps(settings, total);
  for (Group& group : groups) {
    solve_and_measure(group,
                      image_committee_problems(images, group.kind, sizes.patterns, sizes.seeds, settings),
                      settings, steps);
    if (steps.interrupted()) return std::nullopt;
  }
  const std::vector<Solution> many = solve_many_images(images, sizes.many, settings, steps);
  if (steps.interrupted()) return std::nullopt;

  Section section{"fashion-mnist", "Flatness and test error", {}, {}, {}};
  section.text = {
      fmt::format(
          "Dress (+1) against Coat (−1), pixels ±1 at each image's median and one constant input: 785. "
          "Fully connected committee of {} sign units; {} training images drawn anew for each seed, the "
          "same for every algorithm. Test: the two classes' other images.",
          image_committee_units, sizes.patterns),
      "Every measure is a sharpness: the increase of the training error under relative noise s on the "
      "weights; minus the normalised local entropy at distance d (edge messages, whose bias on correlated "
      "inputs is unknown); the share of training patterns that one unit's vote decides (the least stability "
      "possible, 1/3); the share of preactivations below 0.1 in modulus; of spherical weights the trace "
      "(exact) and largest eigenvalue of the cross-entropy's Hessian at β = γ = 2, tanh units. These are not "
      "comparable between binary and spherical weights."};
  const std::vector<std::size_t>& first = groups[0].judged;
  section.charts = {chart_of(groups[0], "local-energy", first[0], "log"),
                    chart_of(groups[0], "trace", first[1], "log"),
                    chart_of(groups[0], "local-entropy", first[3], "log"),
                    chart_of(groups[1], "local-energy", groups[1].judged[0], "linear")};
  section.tables = {algorithms_table(groups[0]), algorithms_table(groups[1]), correlations_table(groups)};
  if (!many.empty()) section.tables.push_back(many_images_table(many, sizes.many));
  Document document{"fashion-mnist",
                    "Flat minima on Fashion-MNIST",
                    "Flatness and test error of the solutions of many algorithms",
                    {},
                    {},
                    {}};
  document.facts = {{"data", fmt::format("Dress and Coat, {} patterns", sizes.patterns)},
                    {"network", "committee 785-9-1, fully connected"},
                    {"seeds", fmt::format("{}", sizes.seeds)}};
  for (const Group& group : groups)
    for (const std::size_t m : group.judged) document.findings.push_back(claim_of(group, m));
  document.sections = {to_json(section)};
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
