#include "experiments/row_chart.hpp"

#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>

namespace wfm::experiments {

namespace {

std::string text_of(const io::Json& value) {
  return value.is_string()   ? value.get<std::string>()
         : value.is_number() ? fmt::format("{:.6g}", value.get<double>())
                             : value.dump();
}

bool varies(const io::Json& rows, const std::string& key) {
  std::set<std::string> values;
  for (const io::Json& row : rows)
    if (row.contains(key)) values.insert(row.at(key).dump());
  return values.size() > 1;
}

double number_or_gap(const io::Json& value) {
  return value.is_number() ? value.get<double>() : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace

std::string varying_key(const io::Json& rows, const std::vector<std::string>& keys) {
  for (const auto& key : keys)
    if (varies(rows, key)) return key;
  return keys.front();
}

io::Json chart_of_rows(const io::Json& rows, const RowChart& chart, const std::vector<Series>& extra) {
  std::vector<std::string> keys;
  for (const auto& key : chart.curves)
    if (key != chart.x && varies(rows, key)) keys.push_back(key);
  std::vector<Series> series;
  std::map<std::string, std::size_t> place;
  for (const io::Json& row : rows) {
    std::string name;
    for (const auto& key : keys)
      name += fmt::format("{}{} {}", name.empty() ? "" : ", ", key,
                          row.contains(key) ? text_of(row.at(key)) : "-");
    const auto [found, added] = place.emplace(name, series.size());
    if (added) {
      series.emplace_back();
      series.back().name = name.empty() ? chart.y : name;
      series.back().color = int(series.size()) - 1;
    }
    Series& curve = series[found->second];
    curve.x.push_back(number_or_gap(row.at(chart.x)));
    curve.y.push_back(number_or_gap(row.at(chart.y)));
    curve.converged.push_back(row.value("converged", true));
  }
  series.insert(series.end(), extra.begin(), extra.end());
  return make_chart(chart.id, chart.title, chart.x_axis, chart.y_axis, series);
}

}  // namespace wfm::experiments
