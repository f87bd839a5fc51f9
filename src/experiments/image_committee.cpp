#include "experiments/image_committee.hpp"

#include <limits>

#include "problems/images.hpp"

namespace wfm::experiments {

const std::vector<Contender>& spherical_image_contenders() {
  static const std::vector<Contender> rows{
      {"SGD slow", "sgd", {{"preset", "slow"}}},
      {"SGD fast", "sgd", {{"preset", "fast"}}},
      {"SGD shrink", "sgd", {{"preset", "shrink"}}},
      {"SAM", "sam", {}},
      {"SWA", "swa", {}},
      {"entropy-SGD", "entropy-sgd", {}},
      {"LAL", "lal", {}},
      {"eLAL fast", "elal", {{"lambda", "geometric:0.1:1.01"}, {"common-start", "true"}}},
      {"reinforced BP", "rbp", {}}};
  return rows;
}

const std::vector<Contender>& binary_image_contenders() {
  static const std::vector<Contender> rows{
      {"reinforced BP", "rbp", {}}, {"replicated SGD", "rsgd", {}}, {"SBPI", "sbpi", {}}};
  return rows;
}

std::vector<Problem> image_committee_problems(const io::ImageData& images, WeightKind kind,
                                              std::int64_t patterns, std::size_t seeds,
                                              const ExperimentSettings& settings) {
  std::vector<Problem> problems;
  for (std::size_t j = 0; j < seeds; ++j) {
    ImageParams params;
    params.patterns = patterns;
    params.seed = instance_seed(settings, j);
    params.odd_inputs = true;
    problems.push_back(make_image_problem(
        images.train, images.test, {Machine::committee, false, 0, image_committee_units}, kind, params));
    problems.back().recipe.data = "fashion-mnist";
    problems.back().recipe.source = std::string(io::fashion_mnist_folder);
  }
  return problems;
}

double test_error(const Solution& solution) {
  return solution.record.test_error.value_or(std::numeric_limits<double>::quiet_NaN());
}

void put_mean(io::Json& row, const std::string& key, const std::vector<double>& samples) {
  const MeanAndError value = mean_and_error(samples);
  row[key] = io::number(value.mean);
  row[key + "_se"] = io::number(value.standard_error);
}

io::Json with_error_columns(io::Json table) {
  for (auto& column : table["columns"]) {
    const std::string error = column["key"].get<std::string>() + "_se";
    for (const auto& row : table["rows"])
      if (row.contains(error)) column["error_key"] = error;
  }
  return table;
}

}  // namespace wfm::experiments
