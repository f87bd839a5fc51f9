#include "experiments/demo.hpp"

#include <fmt/format.h>

#include "experiments/document.hpp"

namespace wfm::experiments {

io::Json finding(const std::string& verdict, const std::string& claim, const std::string& evidence) {
  return {{"verdict", verdict}, {"claim", claim}, {"evidence", evidence}};
}

std::optional<io::Json> demo(const ExperimentSettings& settings) {
  DemoSizes sizes;
  if (!settings.quick) {
    sizes.storage_instances = 50;
    sizes.image_instances = 30;
    sizes.storage_inputs = 4001;
  }
  replace_count(sizes.storage_instances, settings);
  replace_count(sizes.image_instances, settings);
  const std::int64_t total = demo_storage_runs(sizes) + demo_images_runs(sizes);
  Steps steps(settings, total);
  const auto tick = [&](const Solution& solution) {
    steps.done(fmt::format("{} {}", solution.label, name(solution.record.outcome)));
  };
  const io::ImageData image_data = io::read_image_folder();  // first: a missing data set costs no time
  const auto storage = demo_storage(sizes, settings, tick);
  if (!storage) return std::nullopt;
  const auto images = demo_images(image_data, sizes, settings, tick);
  if (!images) return std::nullopt;

  Document document{"demo",
                    "Where learning algorithms end up",
                    "Solutions of a random perceptron and of two classes of Fashion-MNIST, the local entropy "
                    "around each, and replica theory beside them",
                    {},
                    {},
                    {}};
  document.facts = {{"runs", std::to_string(total)},
                    {"storage perceptron", fmt::format("N = {}, α = {}, {} instances", sizes.storage_inputs,
                                                       sizes.storage_alpha, sizes.storage_instances)},
                    {"Fashion-MNIST", fmt::format("Dress against Coat, {} samples", sizes.image_instances)}};
  for (const auto* part : {&*storage, &*images}) {
    document.findings.insert(document.findings.end(), part->findings.begin(), part->findings.end());
    document.sections.insert(document.sections.end(), part->sections.begin(), part->sections.end());
  }
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
