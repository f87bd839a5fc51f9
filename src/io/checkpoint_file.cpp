#include "io/checkpoint_file.hpp"

#include <fmt/format.h>

#include "io/fingerprint.hpp"
#include "io/hdf5_reader.hpp"
#include "io/hdf5_writer.hpp"
#include "io/message.hpp"
#include "math/error.hpp"

namespace wfm::io {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view format = "wfm-checkpoint";
constexpr int format_version = 1;

// Array j of the snapshot; names are free text, which HDF5 paths are not.
std::string dataset(std::size_t j) {
  return fmt::format("/arrays/{}", j);
}

std::string shown_value(const Json& parameters, const std::string& name) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? "absent" : printable(to_text(*found, -1));
}

// What differs between the two identities, or "".
std::string difference(const RunIdentity& file, const RunIdentity& wanted) {
  const auto differs = [](std::string_view what, const std::string& there, const std::string& here) {
    return fmt::format("{} is {} in the checkpoint, {} in this run", what, there, here);
  };
  if (file.algorithm != wanted.algorithm)
    return differs("algorithm", printable(file.algorithm), printable(wanted.algorithm));
  if (file.problem_fingerprint != wanted.problem_fingerprint)
    return differs("the problem's fingerprint", hexadecimal(file.problem_fingerprint),
                   hexadecimal(wanted.problem_fingerprint));
  if (file.seed != wanted.seed)
    return differs("seed", std::to_string(file.seed), std::to_string(wanted.seed));
  for (const Json* some : {&file.parameters, &wanted.parameters})
    for (const auto& [name, value] : some->items()) {
      const auto there = file.parameters.find(name), here = wanted.parameters.find(name);
      if (there == file.parameters.end() || here == wanted.parameters.end() || *there != *here)
        return differs(fmt::format("parameter '{}'", printable(name)), shown_value(file.parameters, name),
                       shown_value(wanted.parameters, name));
    }
  return "";
}

RunIdentity read_identity(const Hdf5Reader& file) {
  RunIdentity identity;
  identity.algorithm = file.text("/", "algorithm");
  identity.problem_fingerprint = file.natural("/", "problem_fingerprint");
  identity.seed = file.natural("/", "seed");
  identity.parameters =
      parse_json(file.long_text("/parameters"), fmt::format("{}: /parameters", shown(file.path())));
  if (!identity.parameters.is_object()) file.refuse("/parameters", "must be a JSON object");
  return identity;
}

SnapshotValue read_value(const Hdf5Reader& file, const std::string& name) {
  switch (file.element(name)) {
    case Hdf5Reader::Element::f64:
      return file.array<double>(name);
    case Hdf5Reader::Element::f32:
      return file.array<float>(name);
    case Hdf5Reader::Element::i64:
      return file.array<std::int64_t>(name);
    case Hdf5Reader::Element::i32:
      return file.array<std::int32_t>(name);
    case Hdf5Reader::Element::i8:
      return file.array<std::int8_t>(name);
    default:
      file.refuse(name, "elements must be float64, float32, int64, int32 or int8");
  }
}

}  // namespace

void save_checkpoint(const fs::path& path, const RunIdentity& identity, const Snapshot& snapshot) {
  require(identity.parameters.is_object(), "checkpoint: the parameters must be a JSON object");
  write_hdf5(path, format, format_version, [&](Hdf5Writer& file) {
    file.set("/", "algorithm", identity.algorithm);
    file.set("/", "problem_fingerprint", identity.problem_fingerprint);
    file.set("/", "seed", identity.seed);
    file.text("/parameters", to_text(identity.parameters, -1));
    file.group("/arrays");
    file.set("/arrays", "count", std::uint64_t(snapshot.size()));
    std::size_t j = 0;
    for (const auto& [name, value] : snapshot) {
      const std::string where = dataset(j++);
      std::visit([&](const auto& values) { file.array(where, values); }, value);
      file.set(where, "name", name);
    }
  });
}

Snapshot load_checkpoint(const fs::path& path, const RunIdentity& identity) {
  const Hdf5Reader file(path, format, format_version);
  // As the file has them: what JSON cannot hold (infinity) is null on both sides.
  RunIdentity wanted = identity;
  wanted.parameters = parse_json(to_text(identity.parameters, -1), "parameters");
  if (const std::string what = difference(read_identity(file), wanted); !what.empty())
    throw InvalidInput(fmt::format("{}: belongs to another run: {}", shown(path), what));
  Snapshot snapshot;
  const std::uint64_t count = file.natural("/arrays", "count");
  for (std::size_t j = 0; j < count; ++j)
    snapshot[file.text(dataset(j), "name")] = read_value(file, dataset(j));
  return snapshot;
}

}  // namespace wfm::io
