// One run of one algorithm, chosen by name, on one problem: what `wfm solve`, the experiments and later the sweep call.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "io/run_file.hpp"
#include "problems/problem.hpp"
#include "run/run.hpp"

namespace wfm::experiments {

/// Knobs by name, as text: {"damping", "0.5"}.
using KnobValues = std::map<std::string, std::string>;

struct SolveRequest {
  std::string algorithm = "fbp";
  KnobValues knobs;  // of that algorithm; the others keep their defaults
  std::uint64_t seed = 1;
  std::optional<std::int64_t> max_steps;  // default: the algorithm's own
  double max_seconds = std::numeric_limits<double>::infinity();
  std::string checkpoint;          // file for checkpoints; empty: none
  double checkpoint_seconds = 30;  // at most this long between two of them
  int threads =
      1;  // of an algorithm that can use several (0: all processors); the result does not depend on it
  bool resume = false;                // go on from the checkpoint if there is one
  Observer observer;                  // may be empty
  std::function<bool()> interrupted;  // may be empty
};

struct SolveResult {
  io::RunFile record;         // weights, errors, outcome, history, parameters
  Progress last;              // of the last step made; its observables
  bool reached_goal = false;  // zero training errors; for `bp` convergence
};

/// Throws InvalidInput for an unknown algorithm, a knob that it does not have or a value that is none, whatever the algorithm
/// refuses about the problem, and a checkpoint of another run.
SolveResult solve(const Problem& problem, const SolveRequest& request);

/// The checks of a request that need no problem: the algorithm, its knobs and their values. Throws InvalidInput.
void check_request(const SolveRequest& request);

struct KnobDescription {
  std::string name, help, default_value;
};
struct AlgorithmDescription {
  std::string name, summary;
  std::vector<KnobDescription> knobs;
};
/// All algorithms of the registry, in the order in which they are shown.
std::vector<AlgorithmDescription> algorithms();

}  // namespace wfm::experiments
