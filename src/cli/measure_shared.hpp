// What the subcommands of `wfm measure` share: each is declared here and defined in measure.cpp or in the file of its name.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/shared_options.hpp"
#include "io/run_file.hpp"
#include "problems/problem.hpp"

namespace wfm::cli {

/// A run file and the instance that it was made on.
struct Measured {
  std::string file;
  io::RunFile run;
  Problem problem;
};

/// Throws as experiments::problem_of and io::load_run do.
Measured load_measured(const std::string& file);

/// Its patterns of that name, "train" or "test". Throws InvalidInput where there are none.
const Patterns& patterns_named(const Measured& measured, const std::string& which);

/// `wfm measure NAME FILE...` with the options of every command; `files` and `shared` live as long as the command.
Command add_quantity(Command& measure, const std::string& name, const std::string& help,
                     const std::string& example, std::vector<std::string>& files, SharedOptions& shared);

void add_measure_local_entropy(Command& measure);  // measure_local_entropy.cpp
void add_measure_local_energy(Command& measure);   // measure_local_energy.cpp
void add_measure_hessian(Command& measure);        // measure_hessian.cpp

}  // namespace wfm::cli
