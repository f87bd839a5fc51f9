#include "cli/commands.hpp"

int main(int argc, char** argv) {
  using namespace wfm::cli;
  return run_program(argc, argv, "wfm: wide flat minima of neural networks - theory, algorithms, landscape",
                     [](const Command& program) {
                       add_theory(program);
                       add_problem(program);
                       add_solve(program);
                       add_measure(program);
                       add_reproduce(program);
                       add_report(program);
                     });
}
