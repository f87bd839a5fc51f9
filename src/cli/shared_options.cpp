#include "cli/shared_options.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "io/atomic_file.hpp"
#include "io/json.hpp"
#include "math/error.hpp"

namespace wfm::cli {

ProgressStyle SharedOptions::progress_style() const {
  if (quiet || progress == "off") return ProgressStyle::off;
  if (progress == "bar") return ProgressStyle::bar;
  if (progress == "lines") return ProgressStyle::lines;
  return isatty(STDERR_FILENO) ? ProgressStyle::bar : ProgressStyle::lines;
}

void add_shared_options(Command& command, SharedOptions& options, const std::string& output_help) {
  command.option("--seed", options.seed, "Seed of every random number");
  command.option("--threads", options.threads, "Threads; 0: as many as processors");
  if (!output_help.empty()) command.option("--output", options.output, output_help);
  command.flag("--json", options.json, "One JSON object on standard output, nothing else there");
  command.flag("--quiet", options.quiet, "No messages and no progress");
  command.choice("--progress", options.progress, {"auto", "bar", "lines", "off"}, "How progress is shown");
  command.choice("--log-level", options.log_level, {"info", "warning", "error"},
                 "Messages to show on standard error");
}

namespace {

std::string cell_text(const nlohmann::ordered_json& value) {
  if (value.is_null()) return "-";
  if (value.is_number_float()) return fmt::format("{:.10g}", value.get<double>());
  if (value.is_string()) return value.get<std::string>();
  return value.dump();
}

}  // namespace

void print_rows(const nlohmann::ordered_json& rows, const SharedOptions& options) {
  if (options.json) return print_object({{"rows", rows}}, options);
  if (rows.empty()) return;
  std::vector<std::string> columns;
  for (const auto& [key, value] : rows.front().items()) columns.push_back(key);
  std::vector<std::vector<std::string>> cells{columns};
  for (const auto& row : rows) {
    std::vector<std::string> line;
    for (const auto& column : columns) line.push_back(row.contains(column) ? cell_text(row[column]) : "-");
    cells.push_back(line);
  }
  for (const auto& line : cells) {
    std::string text;
    for (std::size_t c = 0; c < columns.size(); ++c) {
      std::size_t width = 0;
      for (const auto& other : cells) width = std::max(width, other[c].size());
      text += fmt::format("{:<{}}  ", line[c], width);
    }
    std::printf("%s\n", text.c_str());
  }
}

void print_object(const nlohmann::ordered_json& object, const SharedOptions& options) {
  if (options.json) {
    std::printf("%s\n", object.dump().c_str());
    return;
  }
  for (const auto& [key, value] : object.items())
    if (!value.is_structured()) std::printf("%-16s %s\n", key.c_str(), cell_text(value).c_str());
}

void check_rows_file(const SharedOptions& options) {
  if (options.output.empty()) return;
  require(options.output.ends_with(".json") || options.output.ends_with(".csv"),
          fmt::format("--output: the rows go to a file .json or .csv, got {}", options.output));
  io::check_writable(options.output);
}

void write_output(const nlohmann::ordered_json& whole, const SharedOptions& options) {
  if (options.output.ends_with(".csv"))
    io::write_atomically(options.output, io::rows_to_csv(whole.at("rows")));
  else if (!options.output.empty())
    io::write_json(options.output, whole);
}

int finish_rows(const nlohmann::ordered_json& rows, const SharedOptions& options, bool reached) {
  write_output({{"rows", rows}}, options);
  print_rows(rows, options);
  return reached ? 0 : 1;
}

void say(const SharedOptions& options, const std::string& message) {
  if (!options.quiet && options.log_level == "info") std::fprintf(stderr, "%s\n", message.c_str());
}

}  // namespace wfm::cli
