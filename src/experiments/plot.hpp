// Pictures by matplotlib, in a Python of its own, from the same documents as the HTML report.
#pragma once

#include <filesystem>

#include "io/json.hpp"

namespace wfm::experiments {

/// Pictures (PNG and SVG) of every chart of a results document, and overview.png, in `folder`. Throws ResourceProblem with the
/// script's own line where python3 or matplotlib is missing.
void plot_results(const std::filesystem::path& results_file, const std::filesystem::path& folder);

/// One chart as one picture; the format follows the extension (.png, .svg, .pdf; InvalidInput otherwise).
void plot_chart(const io::Json& chart, const std::filesystem::path& file);

/// What plot_chart would refuse of the file name, to be asked before a long computation.
void check_plot_file(const std::filesystem::path& file);

}  // namespace wfm::experiments
