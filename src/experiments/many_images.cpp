#include "experiments/many_images.hpp"

#include <fmt/format.h>

#include "math/parallel.hpp"

namespace wfm::experiments {

std::vector<Contender> many_images_contenders() {
  const auto& all = spherical_image_contenders();
  return {all[0], all[1], all[2], all[3], all[4], all[6]};
}

std::vector<Solution> solve_many_images(const io::ImageData& images, const ManyImagesSizes& sizes,
                                        const ExperimentSettings& settings, Steps& steps) {
  const auto problems =
      image_committee_problems(images, WeightKind::spherical, sizes.patterns, sizes.seeds, settings);
  const auto contenders = many_images_contenders();
  std::vector<Solution> solutions(contenders.size() * problems.size());
  parallel_for(solutions.size(), settings.threads, [&](std::size_t j) {
    if (steps.interrupted()) return;
    Solution& solution = solutions[j];
    const Contender& contender = contenders[j / problems.size()];
    solution.label = contender.label;
    solution.instance = j % problems.size();
    SolveRequest request;
    request.algorithm = contender.algorithm;
    request.knobs = contender.knobs;
    request.seed = instance_seed(settings, solution.instance);
    request.max_steps = contender.algorithm == "lal" ? sizes.sweeps : sizes.epochs;
    request.interrupted = settings.interrupted;
    solution.record = solve(problems[solution.instance], request).record;
    steps.done(fmt::format("{} patterns, {}", sizes.patterns, solution.label));
  });
  return solutions;
}

io::Json many_images_table(const std::vector<Solution>& solutions, const ManyImagesSizes& sizes) {
  io::Json rows = io::Json::array();
  for (const Contender& contender : many_images_contenders()) {
    std::vector<double> train, test, epochs;
    std::size_t solved = 0;
    for (const Solution* run : of_label(solutions, contender.label)) {
      train.push_back(double(run->record.train_errors) / double(sizes.patterns));
      test.push_back(test_error(*run));
      epochs.push_back(double(run->record.steps));
      solved += run->solved() ? 1 : 0;
    }
    io::Json row = {{"algorithm", contender.label}, {"seeds", train.size()}, {"solved", solved}};
    put_mean(row, "train_error", train);
    put_mean(row, "test_error", test);
    row["epochs"] = io::number(mean_and_error(epochs).mean);
    rows.push_back(row);
  }
  return with_error_columns(
      make_table("large", fmt::format("{} training patterns", sizes.patterns),
                 {{"algorithm", "algorithm"},
                  {"seeds", "seeds"},
                  {"solved", "without training errors"},
                  {"train_error", "training error", 3},
                  {"test_error", "test error", 4},
                  {"epochs", "epochs", 4}},
                 rows,
                 fmt::format("All runs, solved or not, after at most {} epochs ({} sweeps of "
                             "LAL); means over the seeds with standard errors.",
                             sizes.epochs, sizes.sweeps)));
}

}  // namespace wfm::experiments
