// wfm report: one self-contained HTML page from results documents.
#include <fmt/format.h>

#include <memory>

#include "cli/commands.hpp"
#include "cli/shared_options.hpp"
#include "io/atomic_file.hpp"
#include "io/report.hpp"
#include "math/error.hpp"

namespace wfm::cli {

namespace {

struct Options {
  SharedOptions shared;
  std::vector<std::string> files;
  std::string chart_library;
};

int report(const Options& options) {
  const auto& output = options.shared.output;
  require(!output.empty(), "--output: report needs the HTML file to write");
  io::check_writable(output);
  io::Json results = io::Json::array();
  for (const auto& file : options.files) {
    io::Json document = io::read_json(file);
    try {
      io::check_results(document);
    } catch (const InvalidInput& error) {
      throw InvalidInput(file + ": " + error.what());
    }
    results.push_back(std::move(document));
  }
  const std::string page =
      io::html_report(results.size() == 1 ? results.front() : results, options.chart_library);
  io::write_atomically(output, page);
  print_object({{"report", output}, {"results", options.files.size()}, {"bytes", page.size()}},
               options.shared);
  return 0;
}

}  // namespace

void add_report(Command program) {
  const auto options = std::make_shared<Options>();
  Command command = program.subcommand("report", "One self-contained HTML report from results files",
                                       "wfm report demo/results.json --output demo/report.html");
  command.positional("files", options->files, "Results files (JSON) that wfm reproduce wrote", true);
  command.option("--chart-library", options->chart_library,
                 "Chart.js as one file (default: that of Debian's libjs-chart.js)");
  add_shared_options(command, options->shared, "HTML file to write");
  command.action([options] { return report(*options); });
}

}  // namespace wfm::cli
