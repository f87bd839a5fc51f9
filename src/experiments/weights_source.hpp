// Weights to measure, from whatever made them: a run file, or numbers of another program and a problem to judge them by.
//   FILE            a run of wfm; .npy; text, one hidden unit a line; messages of focusing BP (all but the first may be gzip)
//   FILE.h5:/PATH   a data set of any HDF5 file
// (N) is one unit, (K, n) are K units of n weights each. Numbers that are all +-1 are binary weights; others are real: every unit is put on
// its sphere |w|^2 = n, which changes no output of sign units.
#pragma once

#include <string>
#include <vector>

#include "io/run_file.hpp"
#include "problems/problem.hpp"

namespace wfm::experiments {

struct WeightsFile {
  std::string format;  // "npy", "text", "messages", "hdf5"
  int hidden = 1, fan_in = 0;
  std::vector<double> values;  // hidden x fan_in
};

/// A run of wfm? Throws ResourceProblem where the file cannot be read, InvalidInput where it is damaged.
bool is_run_file(const std::string& name);

/// Reads any but a run file. Throws ResourceProblem where it cannot be read, InvalidInput that begins with the file: damaged, more
/// than two dimensions, integers or truth values other than +-1 (0 and 1 are no weights).
WeightsFile read_weights_file(const std::string& file);

struct LoadedWeights {
  Weights weights;
  std::string note;  // what was done to them, for people; may be empty
};
/// The file's numbers as weights of this machine. Throws InvalidInput, beginning with `name`, where the shape is not the machine's,
/// a number is not finite or a unit has no direction.
LoadedWeights weights_for(const Architecture& architecture, const WeightsFile& file, const std::string& name);

/// The problem that weights are measured on, where it is not that of their own run.
struct ProblemChoice {
  std::string file;  // HDF5 instance, run file whose problem is meant, or text patterns; empty: the run's own
  std::string labels;  // of text patterns; empty: all +1
};

struct MeasuredWeights {
  io::RunFile run;  // of weights from elsewhere: algorithm "file" and the errors found here
  Problem problem;  // its weight kind is that of the weights
  std::string note;
};

/// Weights and the problem to measure them on. With text patterns the machine is that of the run, or else a perceptron (one unit) or
/// a committee: a tree where the units together see each input once. Throws as the readers do, and InvalidInput where weights from
/// elsewhere come without a problem.
MeasuredWeights load_weights(const std::string& file, const ProblemChoice& choice = {});

}  // namespace wfm::experiments
