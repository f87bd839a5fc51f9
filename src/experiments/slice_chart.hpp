// A slice through weight space as a chart: a heat map of one of its scores, and the solutions that lie on it as points.
#pragma once

#include <string>
#include <vector>

#include "experiments/results.hpp"
#include "landscape/slices.hpp"

namespace wfm::experiments {

/// What of the score is shown; `label` is the name that the colours get.
struct SliceScore {
  std::string label;
  double landscape::Score::*value;
};

/// "train_error", "test_error" or "loss"; throws InvalidInput for another name.
SliceScore slice_score(const std::string& name);

/// names: one for each of the slice's solutions.
io::Json slice_chart(const std::string& id, const std::string& title, const landscape::Slice& slice,
                     const SliceScore& score, const std::vector<std::string>& names,
                     const std::string& caption = "");

}  // namespace wfm::experiments
