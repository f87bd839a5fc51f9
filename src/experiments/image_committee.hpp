// The fully connected committee of nine units on two classes of Fashion-MNIST, and the algorithms that learn it: what the parts of
// `wfm reproduce fashion-mnist` share.
#pragma once

#include <vector>

#include "experiments/document.hpp"
#include "experiments/ensemble.hpp"
#include "io/idx.hpp"

namespace wfm::experiments {

constexpr int image_committee_units = 9;

/// Gradients in six variants, LAL and eLAL, reinforced BP.
const std::vector<Contender>& spherical_image_contenders();

/// Reinforced BP, replicated SGD, SBPI.
const std::vector<Contender>& binary_image_contenders();

/// Entry j: Dress (+1) against Coat (-1), +-1 pixels and a constant input; `patterns` of the training images drawn by
/// instance_seed(settings, j), the others and the official test images for testing.
std::vector<Problem> image_committee_problems(const io::ImageData& images, WeightKind kind,
                                              std::int64_t patterns, std::size_t seeds,
                                              const ExperimentSettings& settings);

/// NaN without test patterns.
double test_error(const Solution& solution);

/// row[key] becomes the mean of the samples, row[key + "_se"] its standard error.
void put_mean(io::Json& row, const std::string& key, const std::vector<double>& samples);

/// Columns of a table that put_mean filled show their errors.
io::Json with_error_columns(io::Json table);

}  // namespace wfm::experiments
