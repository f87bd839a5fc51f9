#include "experiments/lists.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string_view>

#include "math/error.hpp"

namespace wfm::experiments {

namespace {

double parse_number(std::string_view part, const std::string& option) {
  double value = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
  require(error == std::errc() && end == part.data() + part.size() && std::isfinite(value),
          fmt::format("{}: '{}' is not a finite number (a list is 0.1,0.2 or a range 0.1:0.5:0.05)", option,
                      part));
  return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

void append_range(std::vector<double>& values, const std::vector<std::string_view>& parts,
                  const std::string& option) {
  require(parts.size() == 3,
          fmt::format("{}: a range is first:last:step, got {} numbers", option, parts.size()));
  const double first = parse_number(parts[0], option), last = parse_number(parts[1], option);
  const double step = parse_number(parts[2], option);
  const double steps = std::floor((last - first) / step + 1e-9);
  require(step != 0 && steps >= 0,
          fmt::format("{}: the step of a range must lead from first to last, got {}:{}:{}", option, first,
                      last, step));
  require(steps < 1e6, fmt::format("{}: a range may have at most 1000000 values, got {:.3g}", option, steps));
  for (std::int64_t j = 0; j <= static_cast<std::int64_t>(steps); ++j)
    values.push_back(first + double(j) * step);
}

}  // namespace

std::vector<double> parse_list(const std::string& text, const std::string& option) {
  std::vector<double> values;
  for (const std::string_view part : split(text, ',')) {
    const auto range = split(part, ':');
    if (range.size() == 1)
      values.push_back(parse_number(part, option));
    else
      append_range(values, range, option);
  }
  return values;
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> parts;
  for (const std::string_view part : split(text, ',')) parts.emplace_back(part);
  return parts;
}

std::vector<double> parse_list_with_words(const std::string& text, const std::string& option,
                                          const std::vector<std::pair<std::string, double>>& words) {
  std::vector<double> values;
  for (const std::string& part : split_list(text)) {
    const auto word =
        std::find_if(words.begin(), words.end(), [&](const auto& one) { return one.first == part; });
    if (word != words.end())
      values.push_back(word->second);
    else
      for (const double value : parse_list(part, option)) values.push_back(value);
  }
  return values;
}

}  // namespace wfm::experiments
