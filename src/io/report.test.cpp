#include "io/report.hpp"

#include <unistd.h>

#include <fstream>
#include <limits>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "math/error.hpp"

namespace wfm::io {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

/// A results file with one of everything.
Json sample() {
  return Json::parse(R"({
    "format": "wfm-results", "version": "0.1.0", "name": "demo", "title": "Demo", "subtitle": null, "seconds": 1.5,
    "facts": [{"label": "inputs N", "value": "2001"}],
    "findings": [{"verdict": "fails", "claim": "It works.", "evidence": "0.12 ± 0.01", "command": "wfm reproduce demo"}],
    "sections": [{"id": "one", "title": "One", "text": ["A paragraph."],
      "charts": [{"id": "curves", "title": "Curves", "overview": true,
        "x": {"label": "d", "scale": "log", "min": 0.1, "max": null}, "y": {"label": "entropy"},
        "series": [
          {"name": "theory", "kind": "line", "group": "theory", "x": [0.1, 0.2], "y": [null, 0.4], "dashed": true, "color": 3},
          {"name": "seeds", "kind": "points", "x": [0.1, 0.2], "y": [0.3, 0.4], "error": [null, 0.1], "converged": [true, false]},
          {"name": "range", "kind": "band", "x": [0.1, 0.2], "low": [0.1, null], "high": [0.2, 0.3]}]},
        {"id": "map", "title": "Map", "x": {"label": "x"}, "y": {"label": "y"}, "series": [
          {"name": "errors", "kind": "heatmap", "group": "instance", "x": [0, 1, 3], "y": [-1, 1], "z": [[0, 0.5, null], [1, 0.25, 0]]}]}],
      "tables": [{"id": "rows", "title": "Rows", "columns": [{"key": "a", "label": "A", "digits": 3, "error_key": "a_se"}],
        "rows": [{"a": 1.5, "a_se": 0.1}, {"a": null}]}]}]})");
}

/// A file of this process that is removed with the object.
struct TemporaryFile {
  explicit TemporaryFile(const std::string& text)
      : path(std::filesystem::temp_directory_path() / fmt::format("wfm-report-test-{}.js", getpid())) {
    std::ofstream(path) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path); }
  std::filesystem::path path;
};

const std::string stand_in =
    "/* Chart.js v3.9.1 */ if (typeof define === 'function' && define.amd) define(chart); '</script>'";

std::string page_of(const Json& results) {
  return html_report(results, TemporaryFile(stand_in).path);
}

/// The JSON that the page carries.
Json carried(const std::string& page) {
  const std::string opening = R"(<script type="application/json" id="results">)";
  const std::size_t begin = page.find(opening) + opening.size();
  return Json::parse(page.substr(begin, page.find("</script>", begin) - begin));
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

std::string complaint_about(const Json& results) {
  try {
    check_results(results);
  } catch (const InvalidInput& problem) {
    return problem.what();
  }
  return "none";
}

TEST(Report, CarriesTheResultsUnchanged) {
  const Json several = Json::array({sample(), sample()});
  EXPECT_EQ(carried(page_of(several)), several);
  EXPECT_EQ(carried(page_of(sample())), Json::array({sample()}));
}

TEST(Report, CarriesStyleScriptAndChartLibrary) {
  const std::string page = page_of(sample());
  EXPECT_THAT(page, AllOf(HasSubstr("<title>Demo</title>"), HasSubstr("Chart.js v3.9.1"),
                          HasSubstr("prefers-color-scheme"), HasSubstr("function makeChart"),
                          HasSubstr("default-src 'none'")));
  EXPECT_THAT(page, AllOf(Not(HasSubstr("src=")), Not(HasSubstr("href=\"")), Not(HasSubstr("@import"))));
}

TEST(Report, TextOfAResultsFileCannotEndAScript) {
  Json results = sample();
  const std::string hostile = "</script><script>alert(1)</script><!-- & {{script}} \u2028";
  results["title"] = hostile;
  results["findings"][0]["claim"] = hostile;
  results["sections"][0]["tables"][0]["rows"][0][hostile] = hostile;
  const std::string page = page_of(results);
  EXPECT_EQ(count(page, "</script"), count(page_of(sample()), "</script"));
  EXPECT_EQ(count(page, "</script"), 3u);  // of the template: results, chart library, script
  EXPECT_THAT(page, HasSubstr("<title>&lt;/script>&lt;script>alert(1)&lt;/script>&lt;!-- &amp; {{script}}"));
  EXPECT_EQ(carried(page)[0], results);
}

TEST(Report, NotANumberBecomesAGap) {
  Json results = sample();
  results["sections"][0]["charts"][0]["series"][0]["y"][0] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(carried(page_of(results))[0], sample());
}

TEST(Report, BytesThatAreNotUtf8AreReplaced) {
  Json results = sample();
  results["machine"] = "caf\xe9";
  EXPECT_EQ(carried(page_of(results))[0]["machine"], "caf\uFFFD");
}

TEST(Report, ASectionMayHaveTheIdOfItsTable) {
  Json results = sample();
  results["sections"][0]["id"] = "rows";
  EXPECT_EQ(complaint_about(results), "none");
  results["sections"][1] = results["sections"][0];
  EXPECT_THAT(complaint_about(results), HasSubstr("sections[1].id must be unlike"));
}

TEST(Report, AcceptsNamesOnTheXAxis) {
  Json results = sample();
  for (Json& series : results["sections"][0]["charts"][0]["series"]) series["x"] = {"fBP", "SBPI"};
  EXPECT_EQ(complaint_about(results), "none");
}

TEST(Report, NamesTheMissingField) {
  for (const char* field : {"/format",
                            "/version",
                            "/name",
                            "/title",
                            "/sections",
                            "/sections/0/id",
                            "/sections/0/title",
                            "/facts/0/value",
                            "/findings/0/verdict",
                            "/findings/0/claim",
                            "/sections/0/charts/0/id",
                            "/sections/0/charts/0/x",
                            "/sections/0/charts/0/y/label",
                            "/sections/0/charts/0/series",
                            "/sections/0/charts/0/series/0/kind",
                            "/sections/0/charts/0/series/0/y",
                            "/sections/0/charts/0/series/2/high",
                            "/sections/0/charts/1/series/0/z",
                            "/sections/0/tables/0/columns/0/label",
                            "/sections/0/tables/0/rows"}) {
    const Json::json_pointer pointer(field);
    Json results = sample();
    results[pointer.parent_pointer()].erase(pointer.back());
    EXPECT_THAT(complaint_about(results),
                AllOf(HasSubstr(pointer.back() + " is missing, must be a"), Not(HasSubstr("\n"))))
        << field;
  }
}

TEST(Report, StatesPlaceRuleAndValue) {
  const auto complaint = [](const char* field, const Json& value) {
    Json results = sample();
    results[Json::json_pointer(field)] = value;
    return complaint_about(results);
  };
  EXPECT_EQ(complaint("/format", "other"), "results: format must be \"wfm-results\", given \"other\"");
  EXPECT_EQ(complaint("/title", 7), "results: title must be a text, given 7");
  EXPECT_EQ(complaint("/sections", "none"), "results: sections must be a list, given \"none\"");
  EXPECT_EQ(complaint("/findings/0/verdict", "maybe"),
            "results: findings[0].verdict must be one of holds, fails, undecided, note, given \"maybe\"");
  EXPECT_EQ(complaint("/sections/0/text/0", 3), "results: sections[0].text[0] must be a text, given 3");
  EXPECT_EQ(complaint("/sections/0/tables/0/id", "curves"),
            "results: sections[0].tables[0].id must be unlike every other of its kind in the file, given "
            "\"curves\"");
  EXPECT_EQ(complaint("/sections/0/charts/0/id", "../x"),
            "results: sections[0].charts[0].id must be letters, digits, '-', '_' and '.', with no '.' first, "
            "given \"../x\"");
  const std::string series = "results: sections[0].charts[0].series";
  EXPECT_EQ(complaint("/sections/0/charts/0/x/scale", "cubic"),
            "results: sections[0].charts[0].x.scale must be one of linear, log, given \"cubic\"");
  EXPECT_EQ(complaint("/sections/0/charts/0/series/0/x/1", "d"),
            series + "[0].x[1] must be a finite number, given \"d\"");
  EXPECT_EQ(complaint("/sections/0/charts/0/series/1/x", {"a", "b"}),
            series + "[0].x[0] must be a name, as elsewhere in this chart, given 0.1");
  EXPECT_EQ(complaint("/sections/0/charts/0/series/1/y", {1, 2, 3}),
            series + "[1].y must be as long as x (2 values), given 3");
  EXPECT_EQ(complaint("/sections/0/charts/0/series/1/error/1", -1),
            series + "[1].error[1] must be a number of at least 0, or null, given -1");
  EXPECT_EQ(complaint("/sections/0/charts/0/series/1/converged/0", 1),
            series + "[1].converged[0] must be true, false or null, given 1");
  const std::string map = "results: sections[0].charts[1].series[0]";
  EXPECT_EQ(complaint("/sections/0/charts/1/series/0/x", {0, 3, 1}),
            map + ".x must be two numbers or more, ascending, given [0,3,1]");
  EXPECT_EQ(complaint("/sections/0/charts/1/series/0/z", {{0, 0, 0}}),
            map + ".z must be as long as y (2 rows), given 1");
  EXPECT_EQ(complaint("/sections/0/charts/1/series/0/z/1", {0, 0}),
            map + ".z[1] must be as long as x (3 values), given 2");
  EXPECT_EQ(complaint("/sections/0/charts/1/series/0/z/0/2", "none"),
            map + ".z[0][2] must be a number or null, given \"none\"");
  EXPECT_EQ(complaint("/sections/0/charts/0/series/0/color", -1),
            series + "[0].color must be at least 0, given -1");
  EXPECT_EQ(
      complaint("/sections/0/tables/0/rows/1/a", Json::array()),
      "results: sections[0].tables[0].rows[1].a must be a number, a text, true, false or null, given []");
  EXPECT_EQ(complaint("/sections/0/tables/0/columns/0/digits", 16),
            "results: sections[0].tables[0].columns[0].digits must be from 0 to 15, given 16");
  EXPECT_EQ(complaint_about(Json(3)), "results: a results file must be an object, given 3");
  EXPECT_THROW(page_of(Json::array()), InvalidInput);
}

TEST(Report, NamesThePackageWhereTheChartLibraryIsMissingOrAnotherFile) {
  const auto problem = [](const std::filesystem::path& path) -> std::string {
    try {
      html_report(sample(), path);
    } catch (const ResourceProblem& error) {
      return error.what();
    }
    return "none";
  };
  EXPECT_THAT(problem("/nowhere/chart.min.js"),
              AllOf(HasSubstr("/nowhere/chart.min.js"), HasSubstr("libjs-chart.js")));
  EXPECT_THAT(problem("/"), HasSubstr("libjs-chart.js"));
  EXPECT_THAT(problem(TemporaryFile("/* Chart.js v3.9.1 */ export { Chart };").path),
              HasSubstr("is not Chart.js 3 as one script"));
}

}  // namespace
}  // namespace wfm::io
