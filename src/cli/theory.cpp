// wfm theory: replica calculations. Each has a function in theory_*.cpp; here they become subcommands.
#include <memory>

#include "cli/commands.hpp"
#include "cli/theory_options.hpp"
#include "experiments/plot.hpp"

namespace wfm::cli {

void add_theory(Command program) {
  Command theory = program.subcommand("theory", "Replica calculations",
                                      "wfm theory rs --alpha 0.1:0.8:0.1 --margin 0,0.2");
  const auto options = std::make_shared<TheoryOptions>();
  const AddCalculation add = [&](const std::string& name, const std::string& help, const std::string& example,
                                 Calculation calculate) {
    Command command = theory.subcommand(name, help, example);
    add_shared_options(command, options->shared, "File for the rows (.json or .csv)");
    command.option("--plot", options->plot,
                   "Picture of the curves (.png, .svg or .pdf; needs python3-matplotlib)");
    command.action([options, calculate, command] {
      options->called = command;
      check_rows_file(options->shared);
      if (!options->plot.empty()) experiments::check_plot_file(options->plot);
      return calculate(*options);
    });
    return command;
  };
  add_storage_theory(add, *options);
  add_stabilities_theory(add, *options);
  add_gibbs_theory(add, *options);
  add_franz_parisi_theory(add, *options);
  add_local_entropy_theory(add, *options);
  add_thresholds_theory(add, *options);
}

}  // namespace wfm::cli
