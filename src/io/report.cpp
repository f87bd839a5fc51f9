#include "io/report.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <sstream>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "embedded.hpp"
#include "io/message.hpp"
#include "math/error.hpp"

namespace wfm::io {
namespace {

// ---- Checking the format. `where` is the place in the file, such as "sections[0].charts[2].series[1]".

enum class Kind { text, number, integer, truth, list, object };

constexpr std::array<std::string_view, 6> kind_names = {"a text",        "a number", "a whole number",
                                                        "true or false", "a list",   "an object"};

bool is_of_kind(const Json& value, Kind kind) {
  switch (kind) {
    case Kind::text:
      return value.is_string();
    case Kind::number:
      return value.is_number();
    case Kind::integer:
      return value.is_number_integer();
    case Kind::truth:
      return value.is_boolean();
    case Kind::list:
      return value.is_array();
    case Kind::object:
      return value.is_object();
  }
  return false;
}

[[noreturn]] void refuse(const std::string& where, std::string_view rule, const Json& value) {
  const std::string given = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  throw InvalidInput(fmt::format("results: {} must be {}, given {}", where, rule, printable(given)));
}

std::string join(const std::string& where, std::string_view key) {
  return where.empty() ? std::string(key) : fmt::format("{}.{}", where, key);
}

/// The field, or nullptr where it is missing or null. Throws InvalidInput where it is of another kind.
const Json* optional_field(const Json& object, const char* key, Kind kind, const std::string& where) {
  const auto field = object.find(key);
  if (field == object.end() || field->is_null()) return nullptr;
  if (!is_of_kind(*field, kind)) refuse(join(where, key), kind_names[static_cast<std::size_t>(kind)], *field);
  return &*field;
}

const Json& required_field(const Json& object, const char* key, Kind kind, const std::string& where) {
  const Json* field = optional_field(object, key, kind, where);
  const std::string_view rule = kind_names[static_cast<std::size_t>(kind)];
  require(field != nullptr, fmt::format("results: {} is missing, must be {}", join(where, key), rule));
  return *field;
}

void check_texts(const Json& object, std::initializer_list<const char*> required,
                 std::initializer_list<const char*> optional, const std::string& where) {
  for (const char* key : required) required_field(object, key, Kind::text, where);
  for (const char* key : optional) optional_field(object, key, Kind::text, where);
}

void check_choice(const Json* value, const std::vector<std::string>& choices, const std::string& where) {
  if (value == nullptr) return;
  if (std::find(choices.begin(), choices.end(), *value) == choices.end()) {
    refuse(where, fmt::format("one of {}", fmt::join(choices, ", ")), *value);
  }
}

/// Calls check(item, place of the item) for each object of a list; a missing list has none.
template <typename Check>
void for_each_object(const Json* list, const std::string& where, Check check) {
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string place = fmt::format("{}[{}]", where, i);
    if (!(*list)[i].is_object()) refuse(place, "an object", (*list)[i]);
    check((*list)[i], place);
  }
}

void check_id(const Json& object, std::set<std::string>& ids, const std::string& where) {
  const std::string id = required_field(object, "id", Kind::text, where).get<std::string>();
  const auto allowed = [](unsigned char c) {
    return c < 128 && (std::isalnum(c) || c == '-' || c == '_' || c == '.');
  };
  if (id.empty() || id.front() == '.' || !std::all_of(id.begin(), id.end(), allowed)) {
    refuse(join(where, "id"), "letters, digits, '-', '_' and '.', with no '.' first", id);
  }
  if (!ids.insert(id).second) refuse(join(where, "id"), "unlike every other of its kind in the file", id);
}

/// A list as long as x whose values obey `allowed`.
template <typename Allowed>
void check_values(const Json& list, std::size_t length, const std::string& where, std::string_view rule,
                  Allowed allowed) {
  if (list.size() != length) refuse(where, fmt::format("as long as x ({} values)", length), list.size());
  for (std::size_t i = 0; i < length; ++i) {
    if (!allowed(list[i])) refuse(fmt::format("{}[{}]", where, i), rule, list[i]);
  }
}

/// x and y ascend, and z has a row for each y, as long as x.
void check_heatmap(const Json& series, const std::string& where) {
  const auto is_number = [](const Json& value) { return value.is_number(); };
  const auto is_number_or_gap = [](const Json& value) { return value.is_number() || value.is_null(); };
  for (const char* key : {"x", "y"}) {
    const Json& centres = required_field(series, key, Kind::list, where);
    check_values(centres, centres.size(), join(where, key), "a number", is_number);
    if (centres.size() < 2 ||
        std::adjacent_find(centres.begin(), centres.end(), std::greater_equal<>()) != centres.end())
      refuse(join(where, key), "two numbers or more, ascending", centres);
  }
  const Json& z = required_field(series, "z", Kind::list, where);
  if (z.size() != series["y"].size())
    refuse(join(where, "z"), fmt::format("as long as y ({} rows)", series["y"].size()), z.size());
  for (std::size_t row = 0; row < z.size(); ++row) {
    const std::string place = fmt::format("{}.z[{}]", where, row);
    if (!z[row].is_array()) refuse(place, "a list", z[row]);
    check_values(z[row], series["x"].size(), place, "a number or null", is_number_or_gap);
  }
}

void check_series(const Json& series, bool x_holds_names, const std::string& where) {
  check_texts(series, {"name", "kind"}, {"group"}, where);
  check_choice(&series["kind"], {"line", "points", "band", "steps", "bars", "heatmap"}, join(where, "kind"));
  check_choice(optional_field(series, "group", Kind::text, where), {"theory", "instance", "bound"},
               join(where, "group"));
  optional_field(series, "dashed", Kind::truth, where);
  const Json* color = optional_field(series, "color", Kind::integer, where);
  if (color != nullptr && *color < 0) refuse(join(where, "color"), "at least 0", *color);
  if (series["kind"] == "heatmap") return check_heatmap(series, where);

  const Json& x = required_field(series, "x", Kind::list, where);
  const auto is_finite = [](const Json& value) {
    return value.is_number() && std::isfinite(value.get<double>());
  };
  const auto is_text = [](const Json& value) { return value.is_string(); };
  const auto is_number_or_gap = [](const Json& value) { return value.is_number() || value.is_null(); };
  const auto is_error_or_null = [](const Json& value) {
    return value.is_null() || (value.is_number() && !(value < 0));
  };
  const auto is_truth_or_null = [](const Json& value) { return value.is_boolean() || value.is_null(); };
  if (x_holds_names) {
    check_values(x, x.size(), join(where, "x"), "a name, as elsewhere in this chart", is_text);
  } else {
    check_values(x, x.size(), join(where, "x"), "a finite number", is_finite);
  }
  const bool band = series["kind"] == "band";
  for (const char* key : band ? std::vector{"low", "high"} : std::vector{"y"}) {
    check_values(required_field(series, key, Kind::list, where), x.size(), join(where, key),
                 "a number or null", is_number_or_gap);
  }
  if (const Json* error = optional_field(series, "error", Kind::list, where)) {
    check_values(*error, x.size(), join(where, "error"), "a number of at least 0, or null", is_error_or_null);
  }
  if (const Json* converged = optional_field(series, "converged", Kind::list, where)) {
    check_values(*converged, x.size(), join(where, "converged"), "true, false or null", is_truth_or_null);
  }
}

void check_axis(const Json& chart, const char* key, const std::string& chart_place) {
  const std::string where = join(chart_place, key);
  const Json& axis = required_field(chart, key, Kind::object, chart_place);
  required_field(axis, "label", Kind::text, where);
  check_choice(optional_field(axis, "scale", Kind::text, where), {"linear", "log"}, join(where, "scale"));
  optional_field(axis, "min", Kind::number, where);
  optional_field(axis, "max", Kind::number, where);
}

void check_chart(const Json& chart, const std::string& where) {
  check_texts(chart, {"title"}, {"caption"}, where);
  optional_field(chart, "overview", Kind::truth, where);
  check_axis(chart, "x", where);
  check_axis(chart, "y", where);
  const Json& series = required_field(chart, "series", Kind::list, where);
  bool x_holds_names = false;
  for_each_object(&series, join(where, "series"), [&](const Json& one, const std::string& place) {
    const Json& x = required_field(one, "x", Kind::list, place);
    x_holds_names = x_holds_names || (!x.empty() && x[0].is_string());
  });
  for_each_object(&series, join(where, "series"), [&](const Json& one, const std::string& place) {
    check_series(one, x_holds_names, place);
  });
}

void check_table(const Json& table, const std::string& where) {
  check_texts(table, {"title"}, {"caption"}, where);
  for_each_object(&required_field(table, "columns", Kind::list, where), join(where, "columns"),
                  [](const Json& column, const std::string& place) {
                    check_texts(column, {"key", "label"}, {"error_key"}, place);
                    const Json* digits = optional_field(column, "digits", Kind::integer, place);
                    if (digits != nullptr && (*digits < 0 || *digits > 15))
                      refuse(join(place, "digits"), "from 0 to 15", *digits);
                  });
  for_each_object(&required_field(table, "rows", Kind::list, where), join(where, "rows"),
                  [](const Json& row, const std::string& place) {
                    for (const auto& [key, value] : row.items()) {
                      if (value.is_structured())
                        refuse(join(place, key), "a number, a text, true, false or null", value);
                    }
                  });
}

/// Ids that must differ: those of sections, and those of charts and tables, which name files.
struct Ids {
  std::set<std::string> sections{"findings"};  // the report's own
  std::set<std::string> files;
};

void check_section(const Json& section, Ids& ids, const std::string& where) {
  check_id(section, ids.sections, where);
  check_texts(section, {"title"}, {}, where);
  if (const Json* text = optional_field(section, "text", Kind::list, where)) {
    for (std::size_t i = 0; i < text->size(); ++i) {
      if (!(*text)[i].is_string()) refuse(fmt::format("{}.text[{}]", where, i), "a text", (*text)[i]);
    }
  }
  for_each_object(optional_field(section, "charts", Kind::list, where), join(where, "charts"),
                  [&](const Json& chart, const std::string& place) {
                    check_id(chart, ids.files, place);
                    check_chart(chart, place);
                  });
  for_each_object(optional_field(section, "tables", Kind::list, where), join(where, "tables"),
                  [&](const Json& table, const std::string& place) {
                    check_id(table, ids.files, place);
                    check_table(table, place);
                  });
}

// ---- Making the page.

std::string replace_all(std::string text, std::string_view what, std::string_view by) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

std::string escape_html(std::string text) {
  text = replace_all(std::move(text), "&", "&amp;");
  return replace_all(std::move(text), "<", "&lt;");
}

/// JSON for a <script> element. No "<" is left, so that no text of a results file can end the element.
std::string script_json(const Json& value) {
  return replace_all(value.dump(-1, ' ', false, Json::error_handler_t::replace), "<", "\\u003c");
}

/// The template with each {{name}} replaced by its value, in one pass: values are not searched for names.
std::string fill(std::string_view page, const std::map<std::string_view, std::string>& values) {
  std::string out;
  for (std::size_t begin = page.find("{{"); begin != std::string_view::npos; begin = page.find("{{")) {
    const std::size_t end = page.find("}}", begin);
    out.append(page.substr(0, begin)).append(values.at(page.substr(begin + 2, end - begin - 2)));
    page.remove_prefix(end + 2);
  }
  return out.append(page);
}

std::filesystem::path find_chart_library() {
  for (const char* path :
       {"/usr/share/javascript/chart.js/chart.min.js", "/usr/share/nodejs/chart.js/dist/chart.min.js",
        "/usr/local/share/javascript/chart.js/chart.min.js"}) {
    if (std::filesystem::is_regular_file(path)) return path;
  }
  throw ResourceProblem(
      "the report needs the chart library Chart.js 3: install the package libjs-chart.js, or name its "
      "chart.min.js");
}

/// Chart.js 3 as one script that defines the global Chart (the "UMD build"; the other files of the package are modules).
std::string read_chart_library(const std::filesystem::path& given) {
  const std::filesystem::path path = given.empty() ? find_chart_library() : given;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (!file || std::filesystem::is_directory(path) || !(text << file.rdbuf())) {
    throw ResourceProblem(
        fmt::format("cannot read the chart library {} (the package libjs-chart.js has one)", shown(path)));
  }
  std::string library = text.str();
  if (library.find("Chart.js v3") == std::string::npos || library.find("define.amd") == std::string::npos) {
    throw ResourceProblem(
        fmt::format("{} is not Chart.js 3 as one script, such as chart.min.js of the package libjs-chart.js",
                    shown(path)));
  }
  return replace_all(std::move(library), "</script", "<\\/script");
}

}  // namespace

void check_results(const Json& results) {
  if (!results.is_object()) refuse("a results file", "an object", results);
  const Json& format = required_field(results, "format", Kind::text, "");
  if (format != "wfm-results") refuse("format", "\"wfm-results\"", format);
  check_texts(results, {"version", "name", "title"}, {"subtitle", "command", "created", "machine"}, "");
  optional_field(results, "seconds", Kind::number, "");
  for_each_object(optional_field(results, "facts", Kind::list, ""), "facts",
                  [](const Json& fact, const std::string& place) {
                    check_texts(fact, {"label", "value"}, {}, place);
                  });
  for_each_object(
      optional_field(results, "findings", Kind::list, ""), "findings",
      [](const Json& finding, const std::string& place) {
        check_texts(finding, {"verdict", "claim"}, {"evidence", "statistic", "source", "command"}, place);
        check_choice(&finding["verdict"], {"holds", "fails", "undecided", "note"}, join(place, "verdict"));
      });
  Ids ids;
  for_each_object(&required_field(results, "sections", Kind::list, ""), "sections",
                  [&](const Json& section, const std::string& place) { check_section(section, ids, place); });
}

std::string html_report(const Json& results, const std::filesystem::path& chart_library) {
  const Json all = results.is_array() ? results : Json::array({results});
  require(!all.empty(), "a report needs at least one results file, given 0");
  for (const Json& one : all) check_results(one);
  std::string title = all[0]["title"].get<std::string>();
  if (all.size() > 1) title += fmt::format(" and {} more", all.size() - 1);
  return fill(
      embedded::report_html,
      {{"title", escape_html(title)},
       {"style", std::string(embedded::report_css)},
       {"results", script_json(all)},
       {"chart_library", read_chart_library(chart_library)},
       {"script", fmt::format("{}\n{}\n{}\n{}", embedded::report_format_js, embedded::report_heatmap_js,
                              embedded::report_chart_js, embedded::report_js)}});
}

}  // namespace wfm::io
