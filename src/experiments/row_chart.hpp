// A chart from rows of results, as `--plot` draws it: one curve for each combination of the keys that vary.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/results.hpp"

namespace wfm::experiments {

struct RowChart {
  std::string id, title;
  std::string x, y;                 // keys of the axes
  Axis x_axis, y_axis;              // their labels
  std::vector<std::string> curves;  // keys that tell curves apart; those with one value are not named
};

/// Points in the order of the rows; null is a gap, `converged` false a hollow point. `extra` series are added behind.
io::Json chart_of_rows(const io::Json& rows, const RowChart& chart, const std::vector<Series>& extra = {});

/// The first of the keys that takes more than one value in the rows; the first of all where none does.
std::string varying_key(const io::Json& rows, const std::vector<std::string>& keys);

}  // namespace wfm::experiments
