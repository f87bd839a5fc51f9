// Experiments on committees from beginning to end at the smallest sizes: valid documents, those on random patterns also the same
// whatever the threads.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>

#include "experiments/fashion_mnist.hpp"
#include "experiments/spherical_committee.hpp"
#include "io/report.hpp"

namespace wfm::experiments {
namespace {

using Experiment = std::function<std::optional<io::Json>(const ExperimentSettings&)>;

/// Without what differs from run to run: seconds.
io::Json lasting(io::Json tables) {
  for (auto& table : tables)
    for (auto& row : table["rows"]) row.erase("seconds");
  return tables;
}

/// A valid document whose findings say all that they should, and whose steps were counted to the end.
io::Json document_of(const Experiment& experiment, int threads) {
  ExperimentSettings settings;
  settings.threads = threads;
  std::int64_t last = 0, total = -1;
  settings.progress = [&](std::int64_t done, std::int64_t of, const std::string&) {
    last = done, total = of;
  };
  const io::Json document = experiment(settings).value_or(io::Json{});
  EXPECT_EQ(last, total);
  EXPECT_NO_THROW(io::check_results(document));
  for (const auto& finding : document["findings"])
    for (const char* key : {"verdict", "claim", "statistic", "evidence", "source"})
      EXPECT_FALSE(finding.at(key).get<std::string>().empty()) << key;
  return document;
}

/// With one thread, which has to be that with three.
io::Json document_of(const Experiment& experiment) {
  io::Json alone = document_of(experiment, 1);
  const io::Json together = document_of(experiment, 3);
  EXPECT_EQ(alone["findings"], together["findings"]);
  const io::Json &a = alone["sections"][0], &b = together["sections"][0];
  EXPECT_EQ(a["charts"], b["charts"]);
  EXPECT_EQ(lasting(a["tables"]), lasting(b["tables"]));
  return alone;
}

void expect_interrupted(const Experiment& experiment) {
  ExperimentSettings settings;
  settings.interrupted = [] { return true; };
  EXPECT_FALSE(experiment(settings));
}

CommitteeStudy small_study() {
  CommitteeStudy study;
  study.inputs = 45;
  study.instances = 2;
  study.measures.distances = {0.02, 0.05, 0.1, 0.2};
  study.measures.noise = {0.1, 0.2, 0.3};
  study.measures.samples = 10;
  return study;
}

TEST(CommitteeAlgorithms, MakeAWholeDocument) {
  const Experiment experiment = [](const ExperimentSettings& settings) {
    return committee_algorithms(small_study(), settings);
  };
  const io::Json document = document_of(experiment);
  EXPECT_EQ(document["sections"][0]["tables"][0]["rows"].size(), committee_contenders().size());
  EXPECT_EQ(document["findings"].size(), 4u);
  expect_interrupted(experiment);
}

TEST(Hessians, MakeAWholeDocument) {
  const Experiment experiment = [](const ExperimentSettings& settings) {
    return hessians(small_study(), settings);
  };
  const io::Json document = document_of(experiment);
  EXPECT_EQ(document["findings"].size(), 3u);
  for (const auto& row : document["sections"][0]["tables"][0]["rows"])
    EXPECT_EQ(row["runs"], small_study().instances);
  expect_interrupted(experiment);
}

TEST(NormSchedules, MakeAWholeDocument) {
  const Experiment experiment = [](const ExperimentSettings& settings) {
    NormSchedulesSizes sizes;
    sizes.study = small_study();
    sizes.speeds = {0, 1, 2};
    sizes.epochs_after = 200;
    return norm_schedules(sizes, settings);
  };
  const io::Json document = document_of(experiment);
  EXPECT_EQ(document["sections"][0]["tables"][0]["rows"].size(),
            12u);  // two directions and protocols, three speeds
  EXPECT_EQ(document["findings"].size(), 5u);
  expect_interrupted(experiment);
}

TEST(FashionMnist, MakesAWholeDocument) {
  if (!std::filesystem::exists(io::fashion_mnist_folder))
    GTEST_SKIP() << "no images in " << io::fashion_mnist_folder;
  const Experiment experiment = [](const ExperimentSettings& settings) {
    FashionMnistSizes sizes;
    sizes.seeds = 2;
    sizes.patterns = 12;
    sizes.many = {1, 60, 10, 10};
    return fashion_mnist(sizes, settings);
  };
  const io::Json document = document_of(experiment, 2);
  const auto& tables = document["sections"][0]["tables"];
  ASSERT_EQ(tables.size(), 4u);
  EXPECT_EQ(tables[0]["rows"].size(), spherical_image_contenders().size());
  EXPECT_EQ(tables[3]["rows"].size(), many_images_contenders().size());
  for (const auto& finding : document["findings"])
    EXPECT_EQ(finding["verdict"], "undecided");  // two subsets have no interval
  expect_interrupted(experiment);
}

}  // namespace
}  // namespace wfm::experiments
