// wfm measure slice: errors and loss on a two-dimensional slice through weight space.
#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/measure_shared.hpp"
#include "experiments/plot.hpp"
#include "experiments/slice_chart.hpp"
#include "io/json.hpp"
#include "landscape/slices.hpp"
#include "math/error.hpp"

namespace wfm::cli {

namespace {

struct SliceOptions {
  SharedOptions shared;
  MeasureInput input;
  LossOptions loss;
  landscape::SliceParams params;
  std::string plot, show = "train_error";
};

int measure_slice(const Command& command, const SliceOptions& options) {
  const auto& files = options.input.files;
  require(files.size() == 1 || files.size() == 3,
          fmt::format("slice: takes one file (random directions) or three (the plane through them), got {}",
                      files.size()));
  if (!options.plot.empty()) experiments::check_plot_file(options.plot);
  landscape::SliceParams params = options.params;
  if (!command.given("--range") && files.size() == 1) params.range = 1;
  params.seed = options.shared.seed;
  params.threads = options.shared.threads;
  params.loss = options.loss.smooth();
  const MeasuredSet set = load_measured_set(options.input, options.shared);
  const auto weights = [&](std::size_t j) -> const Weights& { return set.runs[j].weights; };
  const landscape::Slice slice =
      files.size() == 1 ? landscape::random_slice(set.problem, weights(0), params)
                        : landscape::slice_through(set.problem, weights(0), weights(1), weights(2), params);
  io::Json rows = io::Json::array(), solutions = io::Json::array();
  for (std::size_t row = 0; row < slice.y.size(); ++row)
    for (std::size_t column = 0; column < slice.x.size(); ++column) {
      const auto& score = slice.scores[row * slice.x.size() + column];
      rows.push_back({{"x", slice.x[column]},
                      {"y", slice.y[row]},
                      {"train_error", io::number(score.train_error)},
                      {"test_error", io::number(score.test_error)},
                      {"loss", io::number(score.loss)}});
    }
  for (std::size_t j = 0; j < files.size(); ++j)
    solutions.push_back({{"file", files[j]},
                         {"x", slice.solutions[j].x},
                         {"y", slice.solutions[j].y},
                         {"train_errors", set.runs[j].train_errors}});
  const io::Json both = {{"rows", rows}, {"solutions", solutions}};
  const SharedOptions& shared = options.shared;
  write_output(both, shared);
  if (shared.json) {
    print_object(both, shared);
  } else {
    print_rows(solutions, shared);
    const auto solved =
        std::ranges::count_if(slice.scores, [](const auto& score) { return score.train_error == 0; });
    say(shared, fmt::format("{} of {} points without training errors; the grid: --json, --output, --plot",
                            solved, slice.scores.size()));
  }
  if (!options.plot.empty())
    experiments::plot_chart(experiments::slice_chart("slice", "Slice through weight space", slice,
                                                     experiments::slice_score(options.show), files),
                            options.plot);
  return 0;
}

}  // namespace

void add_measure_slice(Command& measure) {
  const auto options = std::make_shared<SliceOptions>();
  Command slice = add_quantity(
      measure, "slice",
      "Errors and loss on the plane through three configurations, or around one along two random directions",
      "wfm measure slice a.h5 b.h5 c.h5 --points 41 --json", options->input, options->shared);
  slice.option("--points", options->params.points, "Points along each axis");
  slice.option(
      "--range", options->params.range,
      "Margin around three configurations, in extents of their triangle; half width around one (default 1)");
  add_loss_options(slice, options->loss);
  slice.choice("--show", options->show, {"train_error", "test_error", "loss"}, "What the picture shows");
  slice.option("--plot", options->plot,
               "Picture of the slice (.png, .svg or .pdf; needs python3-matplotlib)");
  slice.action([slice, options] {
    check_rows_file(options->shared);
    return measure_slice(slice, *options);
  });
}

}  // namespace wfm::cli
