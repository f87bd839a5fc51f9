// Results documents: the JSON from which the HTML report and the pictures are drawn (format: io/report.hpp).
#pragma once

#include <span>
#include <string>
#include <vector>

#include "io/json.hpp"
#include "math/statistics.hpp"

namespace wfm::experiments {

enum class SeriesGroup { theory, instance, bound };

/// One curve or cloud of a chart. y, error, low, high: NaN becomes null and is drawn as a gap.
struct Series {
  std::string name;
  std::string kind = "line";  // line, points, band, steps, bars
  SeriesGroup group = SeriesGroup::theory;
  std::vector<double> x, y;
  std::vector<double> low, high;  // band only, instead of y
  std::vector<double> error;      // standard errors of y; empty: none
  std::vector<bool> converged;    // empty: all
  bool dashed = false;
  int color = -1;  // index into the palette; -1: by order
};
io::Json to_json(const Series& series);

/// z[row of y][column of x] as colours: a series, x and y ascending. NaN becomes null and stays empty.
io::Json heatmap(const std::string& name, const std::vector<double>& x, const std::vector<double>& y,
                 const std::vector<std::vector<double>>& z);

struct Axis {
  std::string label;
  std::string scale = "linear";  // or "log"
};

io::Json make_chart(const std::string& id, const std::string& title, const Axis& x, const Axis& y,
                    const std::vector<Series>& series, const std::string& caption = "");

/// "0.1234 ± 0.0056", digits chosen from the error.
std::string with_error(const MeanAndError& value);

}  // namespace wfm::experiments
