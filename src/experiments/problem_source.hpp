// Where problems come from: drawn by a recipe, read from a file, or remade from the record of a run.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/run_file.hpp"
#include "problems/problem.hpp"

namespace wfm::experiments {

/// What a user says about a problem. Empty optionals take the default named; those given twice over (alpha and patterns, inputs
/// and a data set that has its own) are refused as contradictory.
struct ProblemSpec {
  std::string data =
      "storage";  // storage, teacher, random-features, fashion-mnist, or a file: HDF5 instance or text patterns
  std::optional<Machine> machine;         // perceptron
  std::optional<bool> tree;               // false
  std::optional<int> inputs;              // N; needed for data that is drawn
  std::optional<int> hidden;              // K: 1 for the perceptron, needed otherwise
  std::optional<WeightKind> weight_kind;  // binary
  std::optional<double> alpha;            // patterns per weight; this or `patterns` for data that is drawn
  std::optional<std::int64_t> patterns;   // P
  std::optional<double> margin;           // 0
  std::string input_kind = "binary";      // binary or gaussian; image data: binary or standardised
  std::int64_t test_patterns = 0;         // teacher, random-features
  std::optional<int> latent_inputs;       // random-features: D, inputs of the teacher
  double label_noise = 0;                 // teacher
  double teacher_margin = 0;              // teacher
  std::vector<int> classes{3, 4};         // image data: label +1, label -1 (Dress, Coat)
  std::string image_folder;               // image data: default the folder of Debian's dataset-fashion-mnist
  bool drop_constant = false;             // image data
  bool odd_inputs = true;   // image data: append a constant +1 where the number of pixels is even
  std::string labels_file;  // text patterns
  std::uint64_t seed = 1;
};

/// Is this data drawn by a recipe, with sizes of the user's choice: storage, teacher, random-features?
bool is_drawn(const std::string& data);

/// Throws InvalidInput for what contradicts itself or a rule, ResourceProblem for files and memory.
Problem make_problem(const ProblemSpec& spec);

/// The instance that a run was made on: its embedded copy, or remade from the recipe and checked against the fingerprint
/// (InvalidInput where they differ).
Problem problem_of(const io::RunFile& run);

}  // namespace wfm::experiments
