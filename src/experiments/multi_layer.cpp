// wfm reproduce multi-layer: a network of two hidden layers of 101 units and a trained top on two classes of Fashion-MNIST, by gradient
// descent on spheres (tanh units, norms that grow slowly, fast, or shrink) and by streaming belief propagation (sign units, +-1 weights).
#include <fmt/format.h>

#include <cmath>
#include <span>

#include "experiments/document.hpp"
#include "experiments/instance_experiments.hpp"
#include "experiments/problem_source.hpp"
#include "inference/streaming_bp.hpp"
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

const std::string messages = "messages";  // the course after those

struct Sizes {
  std::int64_t patterns = 2000, epochs = 300, message_epochs = 20;
  int seeds = 3;
};

/// One run: training errors of the network by epoch, the epoch of the first zero (or the last), test error there.
struct Run {
  std::vector<double> train;
  std::int64_t epochs = 0;
  double test_error = 0;
};

Problem images(std::uint64_t seed, WeightKind kind, const std::string& inputs, const Sizes& sizes) {
  ProblemSpec spec;
  spec.data = "fashion-mnist";
  spec.machine = Machine::perceptron;  // of which only the patterns are used
  spec.weight_kind = kind;
  spec.input_kind = inputs;
  spec.patterns = sizes.patterns;
  spec.seed = seed;
  return make_problem(spec);
}

double share(std::int64_t errors, const Patterns& patterns) {
  return double(errors) / double(patterns.count());
}

/// Inputs without a mean: along a common direction of all inputs every weight of the first layer would be told the same.
Run train_by_messages(std::uint64_t seed, const Sizes& sizes, const Steps& steps) {
  const Problem problem = images(seed, WeightKind::binary, "standardised", sizes);
  const inference::LayerStack stack{problem.architecture.inputs, {101, 101}, false};
  const inference::StreamingBpParams params{.batch = 10};
  RandomStream initial(seed, Purpose::initial_state);
  std::vector<double> theta(stack.first_weight(stack.layers()));
  for (double& field : theta) field = params.initial_field * initial.normal();
  Run run;
  do {
    RandomStream random(seed, Purpose::dynamics, std::uint64_t(run.epochs));
    if (!inference::streaming_epoch(stack, params, problem.train, 0, theta, random)) break;
    ++run.epochs;
    run.train.push_back(share(inference::layered_errors(stack, theta, problem.train), problem.train));
  } while (run.train.back() > 0 && run.epochs < sizes.message_epochs && !steps.interrupted());
  run.test_error = share(inference::layered_errors(stack, theta, problem.test), problem.test);
  return run;
}

Run train(NormPreset preset, std::uint64_t seed, const Sizes& sizes, const Steps& steps) {
  const Problem problem = images(seed, WeightKind::spherical, "binary", sizes);
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
    const auto errors = [&](const Patterns& patterns) {
      return share(training::smooth_errors(training.network(), state.weights, beta, patterns), patterns);
    };
    run.train.push_back(errors(problem.train));
    run.test_error = errors(problem.test);
  } while (run.train.back() > 0 && state.epoch < sizes.epochs && !steps.interrupted());
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
  Sizes sizes = settings.quick ? Sizes{} : Sizes{12000, 2000, 200, 10};
  replace_count(sizes.seeds, settings);
  const std::size_t seeds = std::size_t(sizes.seeds);
  std::vector<std::string> names;
  for (const Course& course : courses) names.push_back(course.name);
  names.push_back(messages);
  std::vector<Run> runs(names.size() * seeds);
  Steps steps(settings, std::int64_t(runs.size()));
  parallel_for(runs.size(), settings.threads, [&](std::size_t j) {
    if (steps.interrupted()) return;
    const std::size_t c = j / seeds;
    const std::uint64_t seed = settings.seed + j % seeds;
    runs[j] = c < courses.size() ? train(courses[c].preset, seed, sizes, steps)
                                 : train_by_messages(seed, sizes, steps);
    steps.done(names[c]);
  });
  if (steps.interrupted()) return std::nullopt;

  std::vector<Series> curves;
  io::Json rows = io::Json::array();
  for (std::size_t c = 0; c < names.size(); ++c) {
    Series series;
    series.name = names[c] + fmt::format(", seed {}", settings.seed);
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
    rows.push_back({{"course", names[c]},
                    {"seeds", sizes.seeds},
                    {"solved", solved},
                    {"epochs", epochs},
                    {"test_error", io::number(error.mean)},
                    {"test_error_error", io::number(error.standard_error)}});
  }
  Section section{"multi-layer", "Two hidden layers", {}, {}, {}};
  section.text = {
      "Widths 785-101-101-1 (784 pixels and a constant). slow, fast, shrink: every unit on its sphere, "
      "inputs "
      "+-1, errors of the smooth network at the beta of the epoch. messages: +-1 weights and sign units, "
      "standardised inputs, streaming belief propagation in batches of ten; a step is an epoch all the same. "
      "A "
      "run ends at its first epoch without training errors. Test images: the two classes' training images "
      "that "
      "were not drawn, then their official test images."};
  section.charts = {
      make_chart("training", "Training errors", {"epoch", "log"}, {"share of the patterns"}, curves)};
  section.tables = {make_table("runs", "Runs",
                               {{"course", "course of beta = gamma, or messages"},
                                {"seeds", "seeds"},
                                {"solved", "without training errors"},
                                {"epochs", "epochs, largest"},
                                {"test_error", "test error", 4},
                                {"test_error_error", "±", 2}},
                               rows)};
  Document document{
      "multi-layer", "A network of several layers", "Gradient descent on spheres, and messages", {}, {}, {}};
  document.facts = {{"data", fmt::format("Fashion-MNIST, Dress and Coat, {} patterns", sizes.patterns)},
                    {"network", "785-101-101-1, tanh or sign units, trained top"}};
  const std::span<const Run> all(runs);
  document.findings = {slow_claim(all.first(seeds), all.subspan(seeds, seeds))};
  document.sections = {to_json(section)};
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
