// The main job: problems, solutions by several algorithms, the local entropy around each, theory beside it, and what was found.
#pragma once

#include <optional>
#include <vector>

#include "experiments/ensemble.hpp"
#include "experiments/named.hpp"
#include "io/idx.hpp"

namespace wfm::experiments {

/// The results document of `wfm reproduce demo`; empty where interrupted.
std::optional<io::Json> demo(const ExperimentSettings& settings);

/// One part of the demo: sections and findings for the document.
struct DemoPart {
  std::vector<io::Json> sections;
  std::vector<io::Json> findings;
};

struct DemoSizes {
  std::size_t storage_instances = 10, image_instances = 6;
  int storage_inputs = 1001;
  double storage_alpha = 0.5;
  std::int64_t perceptron_images = 300, committee_images = 500;
  int hidden = 9;
};

/// Random storage perceptron (demo_storage.cpp). `tick` is called once a run. Empty where interrupted.
std::optional<DemoPart> demo_storage(const DemoSizes& sizes, const ExperimentSettings& settings,
                                     const std::function<void(const Solution&)>& tick);

/// Dress against Coat of Fashion-MNIST, binarised (demo_images.cpp).
std::optional<DemoPart> demo_images(const io::ImageData& images, const DemoSizes& sizes,
                                    const ExperimentSettings& settings,
                                    const std::function<void(const Solution&)>& tick);

/// Number of runs that each part makes.
std::int64_t demo_storage_runs(const DemoSizes& sizes);
std::int64_t demo_images_runs(const DemoSizes& sizes);

io::Json finding(const std::string& verdict, const std::string& claim, const std::string& evidence);

}  // namespace wfm::experiments
