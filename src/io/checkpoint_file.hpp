// The state of an interrupted run as HDF5, format "wfm-checkpoint": the arrays of a Snapshot and the identity
// of the run they belong to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "io/json.hpp"
#include "run/snapshot.hpp"

namespace wfm::io {

/// Two runs with equal identities make the same steps.
struct RunIdentity {
  std::string algorithm;
  Json parameters = Json::object();       // name -> value
  std::uint64_t problem_fingerprint = 0;  // fingerprint(problem)
  std::uint64_t seed = 0;
};

/// Replaces the checkpoint at `path`, whole or not at all. Throws ResourceProblem.
void save_checkpoint(const std::filesystem::path& path, const RunIdentity& identity,
                     const Snapshot& snapshot);

/// The snapshot, bit for bit. Throws InvalidInput where it belongs to another run (saying what differs and
/// both values) or the file is damaged, ResourceProblem where it cannot be read.
Snapshot load_checkpoint(const std::filesystem::path& path, const RunIdentity& identity);

}  // namespace wfm::io
