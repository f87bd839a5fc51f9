#include "io/json.hpp"

#include <cmath>
#include <limits>
#include <unordered_set>
#include <vector>

#include <fmt/format.h>

#include "io/atomic_file.hpp"
#include "io/byte_source.hpp"
#include "io/message.hpp"
#include "math/error.hpp"

namespace wfm::io {

namespace {

std::string one_line(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string csv_quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted(1, '"');
  for (const char c : text) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

std::string csv_cell(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return csv_quoted(value.get_ref<const std::string&>());
  return value.is_number_float() && !std::isfinite(value.get<double>()) ? "" : one_line(value);
}

}  // namespace

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

double number_or_nan(const Json& value, std::string_view where) {
  if (value.is_null()) return std::numeric_limits<double>::quiet_NaN();
  if (!value.is_number())
    throw InvalidInput(
        fmt::format("{}: expected a number or null, got {}", where, printable(one_line(value))));
  return value.get<double>();
}

std::string to_text(const Json& value, int indent) {
  return value.dump(indent, ' ', false, Json::error_handler_t::replace);
}

Json parse_json(std::string_view text, std::string_view where) {
  try {
    return Json::parse(text);
  } catch (const Json::exception& error) {
    throw InvalidInput(fmt::format("{}: not JSON: {}", where, printable(error.what())));
  }
}

Json read_json(const std::filesystem::path& path) {
  return parse_json(ByteSource(path).rest(), shown(path));
}

void write_json(const std::filesystem::path& path, const Json& value) {
  write_atomically(path, to_text(value) + "\n");
}

std::string rows_to_csv(const Json& rows) {
  require(rows.is_array(), "CSV: the rows must be an array");
  std::vector<std::string> columns;
  std::unordered_set<std::string> known;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    require(rows[r].is_object(),
            fmt::format("CSV: row {} must be an object, got {}", r, printable(one_line(rows[r]))));
    for (const auto& [name, value] : rows[r].items()) {
      if (!value.is_primitive())
        throw InvalidInput(fmt::format("CSV: row {}, '{}' must be a scalar, got {}", r, printable(name),
                                       printable(one_line(value))));
      if (known.insert(name).second) columns.push_back(name);
    }
  }
  std::string text;
  for (std::size_t c = 0; c < columns.size(); ++c) {
    if (c > 0) text += ',';
    text += csv_quoted(columns[c]);
  }
  text += '\n';
  for (const Json& row : rows) {
    for (std::size_t c = 0; c < columns.size(); ++c) {
      const auto cell = row.find(columns[c]);
      if (c > 0) text += ',';
      if (cell != row.end()) text += csv_cell(*cell);
    }
    text += '\n';
  }
  return text;
}

}  // namespace wfm::io
