// A State as named arrays, for checkpoints. A State opts in by a member
//   template <class Visitor> void visit(Visitor&& v) { v("fields", fields); v("step", step); ... }
// that names every value that moves. Files are written by `io`; this folder knows only the names and the values.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "math/error.hpp"

namespace wfm {

using SnapshotValue = std::variant<std::vector<double>, std::vector<float>, std::vector<std::int64_t>,
                                   std::vector<std::int32_t>, std::vector<std::int8_t>>;
using Snapshot = std::map<std::string, SnapshotValue>;

namespace detail {
struct SnapshotWriter {
  Snapshot& snapshot;
  template <class T>
  void operator()(const char* name, std::vector<T>& value) {
    snapshot[name] = value;
  }
  void operator()(const char* name, double& value) { snapshot[name] = std::vector<double>{value}; }
  void operator()(const char* name, std::int64_t& value) {
    snapshot[name] = std::vector<std::int64_t>{value};
  }
};
struct SnapshotReader {
  const Snapshot& snapshot;
  template <class T>
  const std::vector<T>& find(const char* name) const {
    const auto found = snapshot.find(name);
    if (found == snapshot.end() || !std::holds_alternative<std::vector<T>>(found->second))
      throw InvalidInput(std::string("checkpoint: no array '") + name + "' of the expected type");
    return std::get<std::vector<T>>(found->second);
  }
  template <class T>
  T find_one(const char* name) const {
    const std::vector<T>& values = find<T>(name);
    if (values.size() != 1)
      throw InvalidInput(std::string("checkpoint: '") + name + "' holds one number, found " +
                         std::to_string(values.size()));
    return values[0];
  }
  template <class T>
  void operator()(const char* name, std::vector<T>& value) const {
    value = find<T>(name);
  }
  void operator()(const char* name, double& value) const { value = find_one<double>(name); }
  void operator()(const char* name, std::int64_t& value) const { value = find_one<std::int64_t>(name); }
};
}  // namespace detail

/// Every value that moves, by name.
template <class State>
Snapshot to_snapshot(State& state) {
  Snapshot snapshot;
  state.visit(detail::SnapshotWriter{snapshot});
  return snapshot;
}

/// The State that the snapshot was taken of. Throws InvalidInput where an array is missing or of another type.
template <class State>
State from_snapshot(const Snapshot& snapshot) {
  State state;
  state.visit(detail::SnapshotReader{snapshot});
  return state;
}

}  // namespace wfm
