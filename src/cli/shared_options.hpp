// Options that every command shares, and list arguments.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "cli/command_line.hpp"
#include "cli/progress.hpp"
#include "experiments/lists.hpp"

namespace wfm::cli {

using experiments::parse_list;

struct SharedOptions {
  std::uint64_t seed = 1;
  int threads = 0;                // 0: all processors
  std::string output;             // file to write
  bool json = false;              // exactly one JSON object on standard output
  bool quiet = false;             // no messages on standard error
  std::string progress = "auto";  // auto, bar, lines, off
  std::string log_level = "info";

  ProgressStyle progress_style() const;
};

/// Adds them all; --output only where the command writes a file.
void add_shared_options(Command& command, SharedOptions& options, const std::string& output_help = "");

/// Prints {"rows": ...} or a whole object as JSON on standard output, or a table of the rows for people.
void print_rows(const nlohmann::ordered_json& rows, const SharedOptions& options);
void print_object(const nlohmann::ordered_json& object, const SharedOptions& options);

/// Before any work: is --output, if given, a file .json or .csv (InvalidInput) that can be written (ResourceProblem)?
void check_rows_file(const SharedOptions& options);

/// Writes --output: its rows as .csv, the whole object as .json; nothing where no file was asked for.
void write_output(const nlohmann::ordered_json& whole, const SharedOptions& options);

/// Writes the rows to --output (.csv or .json) and prints them; the exit code: 0 where the goal was reached, else 1.
int finish_rows(const nlohmann::ordered_json& rows, const SharedOptions& options, bool reached);

/// A message for people on standard error, unless --quiet.
void say(const SharedOptions& options, const std::string& message);

}  // namespace wfm::cli
