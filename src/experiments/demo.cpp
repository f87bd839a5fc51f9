#include "experiments/demo.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <ctime>
#include <thread>

#include "version.hpp"

namespace wfm::experiments {

io::Json finding(const std::string& verdict, const std::string& claim, const std::string& evidence) {
  return {{"verdict", verdict}, {"claim", claim}, {"evidence", evidence}};
}

std::uint64_t instance_seed(const ExperimentSettings& settings, std::size_t j) {
  return 1000 * settings.seed + j;
}

std::optional<io::Json> demo(const ExperimentSettings& settings) {
  DemoSizes sizes;
  if (!settings.quick) {
    sizes.storage_instances = 50;
    sizes.image_instances = 30;
    sizes.storage_inputs = 4001;
  }
  const auto begin = std::chrono::steady_clock::now();
  const std::int64_t total = demo_storage_runs(sizes) + demo_images_runs(sizes);
  std::int64_t done = 0;
  const auto tick = [&](const Solution& solution) {
    ++done;
    if (settings.progress)
      settings.progress(done, total, fmt::format("{} {}", solution.label, name(solution.record.outcome)));
  };
  const io::ImageData image_data = io::read_image_folder();  // first: a missing data set costs no time
  const auto storage = demo_storage(sizes, settings, tick);
  if (!storage) return std::nullopt;
  const auto images = demo_images(image_data, sizes, settings, tick);
  if (!images) return std::nullopt;

  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
  io::Json results = {{"format", "wfm-results"},
                      {"version", version},
                      {"name", "demo"},
                      {"title", "Where learning algorithms end up"},
                      {"subtitle",
                       "Solutions of a random perceptron and of two classes of Fashion-MNIST, the local "
                       "entropy around each, and "
                       "replica theory beside them"},
                      {"command", fmt::format("wfm reproduce demo --seed {}{}", settings.seed,
                                              settings.quick ? "" : " --full")},
                      {"created", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))},
                      {"seconds", seconds.count()},
                      {"machine", fmt::format("{} processors", std::thread::hardware_concurrency())}};
  results["facts"] = {{{"label", "runs"}, {"value", std::to_string(total)}},
                      {{"label", "storage perceptron"},
                       {"value", fmt::format("N = {}, α = {}, {} instances", sizes.storage_inputs,
                                             sizes.storage_alpha, sizes.storage_instances)}},
                      {{"label", "Fashion-MNIST"},
                       {"value", fmt::format("Dress against Coat, {} samples", sizes.image_instances)}},
                      {{"label", "time"}, {"value", fmt::format("{:.0f} s", seconds.count())}}};
  results["findings"] = io::Json::array();
  results["sections"] = io::Json::array();
  for (const auto* part : {&*storage, &*images}) {
    for (const auto& one : part->findings) results["findings"].push_back(one);
    for (const auto& section : part->sections) results["sections"].push_back(section);
  }
  return results;
}

}  // namespace wfm::experiments
