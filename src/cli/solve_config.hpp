// Settings of `wfm solve` from a TOML file, and as one. Keys are the options' names without dashes; a table named like an
// algorithm holds knobs of that algorithm.
#pragma once

#include <map>
#include <string>

#include "cli/command_line.hpp"
#include "cli/problem_options.hpp"
#include "experiments/solve.hpp"
#include "math/error.hpp"

namespace wfm::cli {

/// Where the file gives an option: "--alpha" -> "run.toml:3".
using SettingPlaces = std::map<std::string, std::string>;

/// Gives `command` the options of the file that the command line has not, top keys first, then those of the table of the algorithm;
/// `algorithm` is the variable of --algorithm. Tables of other algorithms are checked and left alone.
/// Throws InvalidInput with file, line and key for what read_settings refuses, unknown keys, and values that the option does not take.
SettingPlaces apply_settings(Command& command, const std::string& file, const std::string& algorithm);

/// A refusal that begins with an option which the file gave, with the place and the key in front.
InvalidInput with_place(const InvalidInput& refusal, const SettingPlaces& places);

/// The settings of a run as such a file: options given, what the problem and the defaults make of the others, and every knob of the
/// algorithm in its table.
std::string effective_settings(const Command& command, const ProblemOptions& options, const Problem& problem,
                               const experiments::SolveRequest& request);

}  // namespace wfm::cli
