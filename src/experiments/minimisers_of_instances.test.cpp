// The section of the smallest instances, and its claims on numbers made up.
#include "experiments/minimisers_of_instances.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "io/report.hpp"

namespace wfm::experiments {
namespace {

constexpr double d = 0.02;

AnnealedInstancesSizes tiny() {
  return {{51, 101}, {0.3}, {1, 4}, 2, 40};
}

TEST(MinimisersOfInstances, MakeAWholeDocumentWhateverTheThreads) {
  const auto document = [](int threads) {
    ExperimentSettings settings;
    settings.threads = threads;
    std::int64_t last = 0;
    settings.progress = [&](std::int64_t done, std::int64_t, const std::string&) { last = done; };
    Steps steps(settings, step_count(tiny()));
    const auto annealed = annealed_instances(tiny(), d, settings, steps);
    EXPECT_TRUE(annealed);
    EXPECT_EQ(last, step_count(tiny()));
    const MinimisersOfInstances instances = minimisers_of_instances(*annealed);
    Document whole{"cross-entropy-minimisers",  "title", "subtitle", {}, instances.findings,
                   {to_json(instances.section)}};
    return to_json(whole, settings, 0);
  };
  const io::Json alone = document(1), together = document(3);
  EXPECT_NO_THROW(io::check_results(alone));
  EXPECT_EQ(alone["findings"], together["findings"]);
  EXPECT_EQ(alone["sections"], together["sections"]);
  EXPECT_EQ(alone["sections"][0]["tables"][0]["rows"].size(), 4u);
  for (const auto& finding : alone["findings"])
    for (const char* key : {"verdict", "claim", "statistic", "evidence", "source"})
      EXPECT_FALSE(finding.at(key).get<std::string>().empty()) << key;
}

/// Three sharpnesses with local entropies 0.05, 0.09, 0.06 and an error each; theory at their energy as given by `reached`.
AnnealedInstances made_up(double reached, std::size_t wrong) {
  AnnealedInstances all;
  all.sizes = {{1001}, {0.3}, {0.25, 2, 16}, 4, 1000};
  all.distance = d;
  all.scales = {{0.01, 0.09}};
  const double entropies[] = {0.05, 0.09, 0.06};
  for (std::size_t g = 0; g < 3; ++g) {
    AnnealedPoint point;
    point.inputs = 1001;
    point.load = 0.3;
    point.gamma = all.sizes.gammas[g];
    point.patterns = 300;
    MeasureAtEnergy theory;
    theory.local_entropy = g == 1 ? reached : entropies[g];
    for (const double noise : {-0.003, -0.001, 0.001, 0.003})
      point.runs.push_back({0.1, wrong, 1, entropies[g] + noise * (g == 1 ? 1 : 1.1), theory});
    all.points.push_back(point);
  }
  return all;
}

std::vector<std::string> verdicts(const AnnealedInstances& all) {
  std::vector<std::string> verdicts;
  for (const auto& finding : minimisers_of_instances(all).findings) verdicts.push_back(finding.at("verdict"));
  return verdicts;
}

TEST(MinimisersOfInstances, ClaimsAreJudgedByTheirRules) {
  using Verdicts = std::vector<std::string>;
  // standard error of the mean 0.00129: a difference of 0.002 passes, 0.006 does not; place 1 +- 0.016
  EXPECT_EQ(verdicts(made_up(0.092, 0)), (Verdicts{"holds", "holds", "holds", "holds"}));
  EXPECT_EQ(verdicts(made_up(0.096, 3)), (Verdicts{"fails", "holds", "fails", "holds"}));

  AnnealedInstances lower = made_up(0.092, 0);
  lower.scales = {{0.01, 0.12}};
  EXPECT_EQ(verdicts(lower)[1], "fails");

  AnnealedInstances at_the_end = made_up(0.092, 0);
  std::swap(at_the_end.points[1].runs, at_the_end.points[2].runs);
  EXPECT_EQ(verdicts(at_the_end)[3], "fails");

  AnnealedInstances unconverged = made_up(0.092, 0);
  for (auto& point : unconverged.points)
    for (auto& run : point.runs) run.local_entropy = std::nan("");
  EXPECT_EQ(verdicts(unconverged), (Verdicts{"undecided", "undecided", "undecided", "undecided"}));
}

}  // namespace
}  // namespace wfm::experiments
