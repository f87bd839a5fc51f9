// Instances as self-describing HDF5, format "wfm-problem":
//   /          machine, tree, inputs (N), hidden (K), weight_kind, margin
//   /recipe    data, inputs, alpha, seed, source, label_noise, teacher_margin (where > 0),
//              latent_inputs (random features only); classes
//   /train     inputs (P x N: int8 +-1, or double), labels (P: int8)
//   /test      the same; absent where there are no test patterns
//   /teacher   kind; values (hidden x fan_in); absent where there is no teacher
#pragma once

#include <filesystem>
#include <string>

#include "io/hdf5_reader.hpp"
#include "io/hdf5_writer.hpp"
#include "problems/problem.hpp"

namespace wfm::io {

/// Writes `problem`, whole or not at all. Throws InvalidInput where validate(problem) does, ResourceProblem.
void save_problem(const std::filesystem::path& path, const Problem& problem);

/// Reads and validates all of it, bit for bit as saved. Throws ResourceProblem (cannot be read), InvalidInput
/// (damaged, not a problem, labels other than +-1, sizes that do not fit, non-finite inputs: object, pattern,
/// input and value are named).
Problem load_problem(const std::filesystem::path& path);

/// The parts from which other files are made; `group` exists already and is "" for the root or "/name".
void write_problem(Hdf5Writer& file, const std::string& group, const Problem& problem);
Problem read_problem(const Hdf5Reader& file, const std::string& group);
void write_weights(Hdf5Writer& file, const std::string& group, const Weights& weights);
Weights read_weights(const Hdf5Reader& file, const std::string& group);

/// What a problem is made from, without patterns.
struct ProblemHead {
  Architecture architecture;
  WeightKind weight_kind = WeightKind::binary;
  double margin = 0;
  Recipe recipe;
};
ProblemHead head(const Problem& problem);
void write_head(Hdf5Writer& file, const std::string& group, const ProblemHead& head);
ProblemHead read_head(const Hdf5Reader& file, const std::string& group);

}  // namespace wfm::io
