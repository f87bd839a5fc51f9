#include "io/fingerprint.hpp"

#include <bit>

#include <fmt/format.h>

namespace wfm::io {

namespace {

// FNV-1a, a 64-bit word at a time; the fold carries the high bits down, which multiplication alone never does.
//   h <- (h xor word) * prime;  h <- h xor (h >> 32)
struct Hash {
  std::uint64_t value = 0xcbf29ce484222325u;
  void operator()(std::uint64_t word) {
    value = (value ^ word) * 0x100000001b3u;
    value ^= value >> 32;
  }
  void operator()(double number) { (*this)(std::bit_cast<std::uint64_t>(number)); }
};

}  // namespace

std::uint64_t fingerprint(const Problem& problem) {
  Hash hash;
  const Architecture& a = problem.architecture;
  for (const int part : {int(a.machine), int(a.tree), a.inputs, a.hidden, int(problem.weight_kind)})
    hash(std::uint64_t(part));
  hash(problem.margin);
  hash(std::uint64_t(problem.train.count()));
  hash(std::uint64_t(problem.train.binary()));
  for (const std::int8_t label : problem.train.labels) hash(std::uint64_t(std::uint8_t(label)));
  if (const auto* bits = std::get_if<BitMatrix>(&problem.train.inputs)) {
    for (std::size_t r = 0; r < bits->rows(); ++r)
      for (const std::uint64_t word : bits->row(r).first((bits->cols() + 63) / 64))
        hash(word);  // not the padding
  } else {
    const auto& reals = std::get<RealMatrix>(problem.train.inputs);
    for (Eigen::Index j = 0; j < reals.size(); ++j) hash(reals.data()[j]);
  }
  return hash.value;
}

std::string hexadecimal(std::uint64_t value) {
  return fmt::format("{:016x}", value);
}

}  // namespace wfm::io
