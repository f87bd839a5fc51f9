// wfm reproduce multi-layer: gradient descent on a network of two hidden layers, 101 tanh units each and a trained top, on two classes
// of Fashion-MNIST, with norms that grow slowly, fast, or shrink.
#include <fmt/format.h>

#include <cmath>
#include <span>

#include "experiments/document.hpp"
#include "experiments/instance_experiments.hpp"
#include "experiments/problem_source.hpp"
#include "math/parallel.hpp"
#include "math/statistics.hpp"
#include "training/sgd.hpp"

namespace wfm::experiments {

namespace {

using training::NormPreset;

struct Course {
  std::string name;
  NormPreset preset;
};
const std::vector<Course> courses{
    {"slow", NormPreset::slow}, {"fast", NormPreset::fast}, {"shrink", NormPreset::shrink}};

struct Sizes {
  std::int64_t patterns = 2000, epochs = 300;
  int seeds = 3;
};

/// One run: training errors of the smooth network by epoch, the epoch of the first zero (or the last), test error there.
struct Run {
  std::vector<double> train;
  std::int64_t epochs = 0;
  double test_error = 0;
};

Run train(NormPreset preset, std::uint64_t seed, const Sizes& sizes) {
  ProblemSpec spec;
  spec.data = "fashion-mnist";
  spec.machine = Machine::perceptron;
  spec.weight_kind = WeightKind::spherical;
  spec.patterns = sizes.patterns;
  spec.seed = seed;
  const Problem problem = make_problem(spec);
  training::SmoothSettings settings;
  settings.beta = settings.gamma = training::norm_schedule(preset);
  const training::SmoothTraining training(
      problem.train, {problem.architecture.inputs, {101, 101}, false, true, training::Activation::tanh},
      settings, "multi-layer");
  RandomStream initial(seed, Purpose::initial_state);
  training::SgdState state{training.network().random_weights(initial), {}, 0};
  Run run;
  do {
    RandomStream random(seed, Purpose::dynamics, std::uint64_t(state.epoch));
    const double beta = training.beta(state.epoch);
    if (training::sgd_epoch(training, {.eta = 10}, state, random).failed) break;
    const auto errors = training::smooth_errors(training.network(), state.weights, beta, problem.train);
    run.train.push_back(double(errors) / double(problem.train.count()));
    run.test_error = double(training::smooth_errors(training.network(), state.weights, beta, problem.test)) /
                     double(problem.test.count());
  } while (run.train.back() > 0 && state.epoch < sizes.epochs);
  run.epochs = state.epoch;
  return run;
}

// `slow` and `fast` hold the runs of the same seeds.
io::Json slow_claim(std::span<const Run> slow, std::span<const Run> fast) {
  std::vector<double> differences;
  for (std::size_t s = 0; s < slow.size(); ++s)
    differences.push_back(fast[s].test_error - slow[s].test_error);
  const MeanAndError difference = mean_and_error(differences);
  const bool decided = std::abs(difference.mean) > 3 * difference.standard_error;
  return to_json(
      Claim{verdict(decided, difference.mean > 0),
            "Norms that grow slowly generalise better than norms that grow fast.",
            "test error of fast minus slow on the same images and start: above three standard errors holds, "
            "below minus three fails",
            fmt::format("{} over {} seeds", with_error(difference), slow.size()), "[B]"});
}

}  // namespace

std::optional<io::Json> multi_layer(const ExperimentSettings& settings) {
  const Sizes sizes = settings.quick ? Sizes{} : Sizes{12000, 2000, 10};
  const std::size_t seeds = std::size_t(sizes.seeds);
  std::vector<Run> runs(courses.size() * seeds);
  Steps steps(settings, std::int64_t(runs.size()));
  parallel_for(runs.size(), settings.threads, [&](std::size_t j) {
    if (steps.interrupted()) return;
    runs[j] = train(courses[j / seeds].preset, settings.seed + j % seeds, sizes);
    steps.done(courses[j / seeds].name);
  });
  if (steps.interrupted()) return std::nullopt;

  std::vector<Series> curves;
  io::Json rows = io::Json::array();
  for (std::size_t c = 0; c < courses.size(); ++c) {
    Series series;
    series.name = courses[c].name + fmt::format(", seed {}", settings.seed);
    series.group = SeriesGroup::instance;
    const Run& first = runs[c * seeds];
    for (std::size_t t = 0; t < first.train.size(); ++t) {
      series.x.push_back(double(t + 1));
      series.y.push_back(first.train[t]);
    }
    curves.push_back(series);
    std::vector<double> test;
    std::int64_t solved = 0, epochs = 0;
    for (std::size_t s = 0; s < seeds; ++s) {
      const Run& run = runs[c * seeds + s];
      test.push_back(run.test_error);
      solved += !run.train.empty() && run.train.back() == 0;
      epochs = std::max(epochs, run.epochs);
    }
    const MeanAndError error = mean_and_error(test);
    rows.push_back({{"course", courses[c].name},
                    {"seeds", sizes.seeds},
                    {"solved", solved},
                    {"epochs", epochs},
                    {"test_error", io::number(error.mean)},
                    {"test_error_error", io::number(error.standard_error)}});
  }
  Section section{"multi-layer", "Two hidden layers", {}, {}, {}};
  section.text = {
      "Widths 785-101-101-1 (784 pixels and a constant), every unit on its sphere; errors are those of the "
      "smooth "
      "network at the beta of the epoch. A run ends at its first epoch without training errors. Test images: "
      "the two "
      "classes' training images that were not drawn, then their official test images."};
  section.charts = {
      make_chart("training", "Training errors", {"epoch", "log"}, {"share of the patterns"}, curves)};
  section.tables = {make_table("runs", "Runs",
                               {{"course", "course of beta = gamma"},
                                {"seeds", "seeds"},
                                {"solved", "without training errors"},
                                {"epochs", "epochs, largest"},
                                {"test_error", "test error", 4},
                                {"test_error_error", "±", 2}},
                               rows)};
  Document document{"multi-layer", "A network of several layers", "Gradient descent on spheres", {}, {}, {}};
  document.facts = {{"data", fmt::format("Fashion-MNIST, Dress and Coat, {} patterns", sizes.patterns)},
                    {"network", "785-101-101-1, tanh, trained top"}};
  const std::span<const Run> all(runs);
  document.findings = {slow_claim(all.first(seeds), all.subspan(seeds, seeds))};
  document.sections = {to_json(section)};
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
