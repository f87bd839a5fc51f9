#include "experiments/weights_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <limits>

#include "experiments/problem_source.hpp"
#include "io/byte_source.hpp"
#include "io/hdf5_reader.hpp"
#include "io/npy.hpp"
#include "io/text_weights.hpp"
#include "math/error.hpp"
#include "problems/evaluation.hpp"

namespace wfm::experiments {

namespace {

namespace fs = std::filesystem;

// FILE and /PATH of "FILE:/PATH"; /PATH is empty where there is a file of the whole name or no ":/".
std::pair<std::string, std::string> split_name(const std::string& name) {
  std::error_code error;
  const std::size_t colon = name.rfind(":/");
  if (colon == std::string::npos || fs::exists(name, error)) return {name, ""};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

bool is_npy_file(const std::string& file) {
  io::ByteSource source(file);
  std::array<unsigned char, io::npy_magic.size()> start{};
  const std::size_t got = source.read(start);
  return std::string_view(reinterpret_cast<const char*>(start.data()), got) == io::npy_magic;
}

struct Numbers {
  std::string format;
  io::NumberArray array;
};

Numbers read_numbers(const std::string& name) {
  const auto [file, dataset] = split_name(name);
  if (!dataset.empty()) return {"hdf5", io::read_hdf5_array(file, dataset)};
  if (io::is_hdf5_file(file))
    throw InvalidInput(fmt::format(
        "{}: an HDF5 file that is no run of wfm: name the data set of its weights, as in {}:/PATH", file,
        file));
  if (is_npy_file(file)) return {"npy", io::read_npy(file)};
  if (io::is_message_file(file)) return {"messages", io::read_message_weights(file).signs};
  return {"text", io::read_text_weights(file)};
}

}  // namespace

bool is_run_file(const std::string& name) {
  return split_name(name).second.empty() && io::is_hdf5_file(name) && io::format_of(name) == "wfm-run";
}

namespace {

// The problem of --problem for weights of this shape; `own` is the machine that they were trained as, where that is known.
Problem chosen_problem(const ProblemChoice& choice, const WeightsFile& weights, const Architecture* own) {
  if (is_run_file(choice.file)) {
    require(choice.labels.empty(), fmt::format("--labels: belongs to text patterns, not to {}", choice.file));
    return problem_of(io::load_run(choice.file));
  }
  ProblemSpec spec;
  spec.data = choice.file;
  spec.labels_file = choice.labels;
  if (io::is_hdf5_file(choice.file)) return make_problem(spec);
  // patterns alone: the machine is what the weights say
  Problem problem = make_problem(spec);
  Architecture& machine = problem.architecture;
  machine.hidden = weights.hidden;
  if (own != nullptr) {
    machine.machine = own->machine;
    machine.tree = own->tree;
  } else if (weights.hidden > 1) {
    machine.machine = Machine::committee;
    machine.tree = std::int64_t{weights.hidden} * weights.fan_in == machine.inputs;
  }
  validate(problem);
  return problem;
}

}  // namespace

WeightsFile read_weights_file(const std::string& file) {
  const auto [format, array] = read_numbers(file);
  const auto& shape = array.shape;
  if (shape.empty() || shape.size() > 2 || array.values.empty())
    throw InvalidInput(
        fmt::format("{}: weights have the shape (N) or (K, n), got ({})", file, fmt::join(shape, ", ")));
  const auto wrong = std::ranges::find_if(array.values, [](double w) { return w != 1 && w != -1; });
  if (array.whole && wrong != array.values.end())
    throw InvalidInput(
        fmt::format("{}: whole-number weights must be +-1, got {} (0 and 1: give 2 w - 1)", file, *wrong));
  constexpr std::size_t most = std::numeric_limits<int>::max();
  if (array.values.size() > most)
    throw InvalidInput(fmt::format("{}: at most {} weights, got {}", file, most, array.values.size()));
  return {format, shape.size() == 1 ? 1 : int(shape[0]), int(shape.back()), array.values};
}

LoadedWeights weights_for(const Architecture& architecture, const WeightsFile& file,
                          const std::string& name) {
  if (file.hidden != architecture.hidden || file.fan_in != architecture.fan_in())
    throw InvalidInput(fmt::format(
        "{}: the {} has {} x {} weights (units x inputs of a unit), got {} x {}{}", name,
        wfm::name(architecture.machine), architecture.hidden, architecture.fan_in(), file.hidden, file.fan_in,
        file.hidden == architecture.fan_in() && file.fan_in == architecture.hidden ? "; transpose them"
                                                                                   : ""));
  const bool binary = std::ranges::all_of(file.values, [](double w) { return std::abs(w) == 1; });
  LoadedWeights loaded{
      {binary ? WeightKind::binary : WeightKind::spherical, file.hidden, file.fan_in, file.values}, ""};
  try {
    if (!binary) {
      double least = std::numeric_limits<double>::infinity(), largest = 0;
      for (int k = 0; k < file.hidden; ++k) {
        double squares = 0;
        for (const double w : loaded.weights.unit(k)) squares += w * w;
        least = std::min(least, std::sqrt(squares / file.fan_in));
        largest = std::max(largest, std::sqrt(squares / file.fan_in));
      }
      normalise(loaded.weights);
      constexpr double on_sphere = 1e-6;
      if (std::max(std::abs(least - 1), std::abs(largest - 1)) > on_sphere)
        loaded.note =
            fmt::format("{}: every unit was put on its sphere |w|^2 = {}; |w|/sqrt(n) was {:.4g} to {:.4g}",
                        name, file.fan_in, least, largest);
    }
    validate(loaded.weights);
  } catch (const InvalidInput& error) {
    throw InvalidInput(fmt::format("{}: {}", name, error.what()));
  }
  return loaded;
}

MeasuredWeights load_weights(const std::string& file, const ProblemChoice& choice) {
  require(choice.labels.empty() || !choice.file.empty(),
          "--labels: needs --problem, the patterns that they belong to");
  MeasuredWeights measured;
  const bool own_run = is_run_file(file);
  if (own_run) {
    measured.run = io::load_run(file);
    if (choice.file.empty()) {
      measured.problem = problem_of(measured.run);
      return measured;
    }
  }
  require(
      !choice.file.empty(),
      fmt::format("{}: not a run of wfm: --problem must name the problem to measure its weights on", file));
  WeightsFile numbers;
  if (own_run) {
    const Weights& w = measured.run.weights;
    numbers = {"run", w.hidden, w.fan_in, w.values};
  } else {
    numbers = read_weights_file(file);
  }

  const Architecture own = measured.run.problem.architecture;
  measured.problem = chosen_problem(choice, numbers, own_run ? &own : nullptr);
  LoadedWeights loaded = weights_for(measured.problem.architecture, numbers, file);
  measured.note = loaded.note;
  Problem& problem = measured.problem;
  problem.weight_kind = loaded.weights.kind;
  io::RunFile& run = measured.run;
  if (!own_run) {
    run.algorithm = "file";
    run.parameters = {{"weights_file", file}, {"weights_format", numbers.format}};
  }
  run.weights = std::move(loaded.weights);
  io::set_problem(run, problem, false);
  run.train_errors = std::int64_t(training_errors(problem, run.weights));
  run.outcome = run.train_errors == 0 ? Outcome::solved : Outcome::out_of_steps;
  run.test_error.reset();
  if (problem.test.count() > 0)
    run.test_error =
        double(count_errors(problem.architecture, run.weights, problem.test)) / double(problem.test.count());
  return measured;
}

}  // namespace wfm::experiments
