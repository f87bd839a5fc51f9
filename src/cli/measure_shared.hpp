// What the subcommands of `wfm measure` share: each is declared here and defined in measure.cpp or in the file of its name.
#pragma once

#include <string>
#include <vector>

#include "cli/command_line.hpp"
#include "cli/shared_options.hpp"
#include "io/run_file.hpp"
#include "landscape/score.hpp"
#include "problems/problem.hpp"

namespace wfm::cli {

/// Weights, as the record of a run, and the instance that they are measured on.
struct Measured {
  std::string file;
  io::RunFile run;
  Problem problem;
};

/// What is measured: files of weights (experiments/weights_source.hpp says which) and the problem that they are judged by.
struct MeasureInput {
  std::vector<std::string> files;
  std::string problem, labels;  // --problem, --labels
};

/// Throws as experiments::load_weights does. What was done to weights from elsewhere is said on standard error.
Measured load_measured(const std::string& file, const MeasureInput& input, const SharedOptions& shared);

/// Its patterns of that name, "train" or "test". Throws InvalidInput where there are none.
const Patterns& patterns_named(const Measured& measured, const std::string& which);

/// The weights of all files, on one problem: that of --problem, or else of the first file, which the others' must be (InvalidInput).
struct MeasuredSet {
  std::vector<io::RunFile> runs;  // one a file
  Problem problem;
};
MeasuredSet load_measured_set(const MeasureInput& input, const SharedOptions& shared);

/// The differentiable network whose loss some measures follow: --activation, --beta, --gamma.
struct LossOptions {
  std::string activation = "tanh";
  double beta = landscape::SmoothLoss{}.beta, gamma = landscape::SmoothLoss{}.loss.gamma;
  landscape::SmoothLoss smooth() const;
};
void add_loss_options(Command& command, LossOptions& options);

/// `wfm measure NAME FILE...` with the options of every command and of every measure; `input` and `shared` live as long as the command.
Command add_quantity(Command& measure, const std::string& name, const std::string& help,
                     const std::string& example, MeasureInput& input, SharedOptions& shared);
void add_measure_local_entropy(Command& measure);  // measure_local_entropy.cpp
void add_measure_local_energy(Command& measure);   // measure_local_energy.cpp
void add_measure_hessian(Command& measure);        // measure_hessian.cpp
void add_measure_path(Command& measure);           // measure_path.cpp
void add_measure_slice(Command& measure);          // measure_slice.cpp
void add_measure_correlations(Command& measure);   // measure_correlations.cpp

}  // namespace wfm::cli
