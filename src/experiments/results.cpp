#include "experiments/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace wfm::experiments {

namespace {

io::Json numbers(const std::vector<double>& values) {
  io::Json list = io::Json::array();
  for (const double value : values) list.push_back(io::number(value));
  return list;
}

const char* name(SeriesGroup group) {
  return group == SeriesGroup::theory ? "theory" : group == SeriesGroup::instance ? "instance" : "bound";
}

io::Json to_json(const Axis& axis) {
  return {{"label", axis.label}, {"scale", axis.scale}};
}

}  // namespace

io::Json to_json(const Series& series) {
  io::Json json = {
      {"name", series.name}, {"kind", series.kind}, {"group", name(series.group)}, {"x", numbers(series.x)}};
  if (series.kind == "band") {
    json["low"] = numbers(series.low);
    json["high"] = numbers(series.high);
  } else {
    json["y"] = numbers(series.y);
  }
  if (!series.error.empty()) json["error"] = numbers(series.error);
  if (!series.converged.empty()) json["converged"] = series.converged;
  if (series.dashed) json["dashed"] = true;
  if (series.color >= 0) json["color"] = series.color;
  return json;
}

io::Json heatmap(const std::string& name, const std::vector<double>& x, const std::vector<double>& y,
                 const std::vector<std::vector<double>>& z) {
  io::Json rows = io::Json::array();
  for (const auto& row : z) rows.push_back(numbers(row));
  return {{"name", name},    {"kind", "heatmap"}, {"group", "instance"},
          {"x", numbers(x)}, {"y", numbers(y)},   {"z", rows}};
}

io::Json make_chart(const std::string& id, const std::string& title, const Axis& x, const Axis& y,
                    const std::vector<Series>& series, const std::string& caption) {
  io::Json chart = {{"id", id}, {"title", title}, {"caption", caption}, {"x", to_json(x)}, {"y", to_json(y)}};
  chart["series"] = io::Json::array();
  for (const Series& one : series) chart["series"].push_back(to_json(one));
  return chart;
}

std::string with_error(const MeanAndError& value) {
  if (!std::isfinite(value.standard_error) || value.standard_error <= 0)
    return fmt::format("{:.4g}", value.mean);
  // two significant digits of the error
  const int digits = std::clamp(1 - int(std::floor(std::log10(value.standard_error))), 0, 12);
  return fmt::format("{:.{}f} ± {:.{}f}", value.mean, digits, value.standard_error, digits);
}

}  // namespace wfm::experiments
