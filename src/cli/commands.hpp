// The program's commands; each is declared and defined in the file of its name.
#pragma once

#include "cli/command_line.hpp"

namespace wfm::cli {

void add_theory(Command program);     // theory.cpp
void add_problem(Command program);    // problem.cpp
void add_solve(Command program);      // solve.cpp
void add_measure(Command program);    // measure.cpp
void add_reproduce(Command program);  // reproduce.cpp
void add_report(Command program);     // report.cpp

}  // namespace wfm::cli
