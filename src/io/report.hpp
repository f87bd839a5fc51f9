// A report for people: results files become one HTML page that holds everything it needs (style, script, the chart
// library, the numbers) and therefore works offline. The template is in web/, embedded by the build.
//
// A results file (`wfm reproduce` writes it; python/plot_results.py draws the same charts). [] marks what may be left out or null:
//   format "wfm-results", version, name, title, [subtitle, command, created, machine] texts, [seconds] number
//   [facts]     of {label, value}: a strip of key numbers, given as texts
//   [findings]  of {verdict: holds|fails|undecided|note, claim, [evidence, statistic, source, command]}
//   sections    of {id, title, [text: paragraphs], [charts], [tables]}
// chart:  {id, title, [caption], x, y, series, [overview]}, an axis being {label, [scale: linear|log, min, max]}
// series: {name, kind: line|points|band|steps|bars|heatmap, [group: theory|instance|bound, color: palette index, dashed],
//          x, y (band: low, high), [error, converged]}; lists of one length. x holds numbers, or names throughout a chart.
//          A heatmap has ascending x and y and z[row of y][column of x]; its axes are linear.
//          null in y, low, high or z is a gap. converged false marks a point where the calculation did not converge.
// table:  {id, title, [caption], columns of {key, label, [digits, error_key]}, rows}: flat objects; null is an empty cell
// Ids are of letters, digits, '-', '_' and '.'; sections differ within a file, and so do charts and tables, whose ids name the downloads
// and the pictures.
#pragma once

#include <filesystem>
#include <string>

#include "io/json.hpp"

namespace wfm::io {

/// Throws InvalidInput (place, rule, value given) for the first field of a results file that breaks the format above.
void check_results(const Json& results);

/// The report on one results file, or on several (an array of them, at least one), as a self-contained HTML page.
/// chart_library: Chart.js 3 as one script file; where empty it is looked for where Debian's libjs-chart.js puts it.
/// Throws InvalidInput as check_results does, ResourceProblem where the chart library cannot be read or is another one.
std::string html_report(const Json& results, const std::filesystem::path& chart_library = {});

}  // namespace wfm::io
