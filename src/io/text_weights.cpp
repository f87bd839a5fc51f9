#include "io/text_weights.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "io/message.hpp"
#include "io/text_lines.hpp"
#include "math/error.hpp"
#include "problems/problem.hpp"

namespace wfm::io {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view format_key = "fmt:", size_key = "N,K,M:", field_name = "mw";

std::size_t size_in(const TextLines& lines, std::string_view entry, std::size_t least) {
  std::size_t size = 0;
  const auto [end, error] = std::from_chars(entry.data(), entry.data() + entry.size(), size);
  constexpr std::size_t most = std::numeric_limits<std::int32_t>::max();
  if (error != std::errc() || end != entry.data() + entry.size() || size < least || size > most)
    lines.refuse(fmt::format("'N,K,M:' needs whole numbers, N and K at least 1, got '{}'", printable(entry)));
  return size;
}

// k of "mw[k]", from 0.
std::size_t unit_in(const TextLines& lines, std::string_view name, std::size_t K) {
  std::size_t k = 0;
  const std::string_view digits = name.substr(field_name.size() + 1);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), k);
  const bool closed = error == std::errc() && std::string_view(end, digits.data() + digits.size()) == "]";
  if (!closed || k < 1 || k > K)
    lines.refuse(fmt::format("a unit must be mw[1] to mw[{}], got '{}'", K, printable(name)));
  return k - 1;
}

}  // namespace

NumberArray read_text_weights(const fs::path& path) {
  NumberArray array;
  std::size_t units = 0, fan_in = 0, first_line = 0;
  for (TextLines lines(path); lines.next(); ++units) {
    std::string_view rest = lines.text();
    const std::size_t before = array.values.size();
    for (auto entry = next_entry(rest); !entry.empty(); entry = next_entry(rest)) {
      const double value = number_of(entry);
      if (!std::isfinite(value))
        lines.refuse(fmt::format("a weight must be a finite number, got '{}'", printable(entry)));
      array.values.push_back(value);
    }
    const std::size_t here = array.values.size() - before;
    if (units == 0) {
      fan_in = here;
      first_line = lines.number();
    }
    if (here != fan_in)
      lines.refuse(
          fmt::format("all units must have the {} weights of line {}, got {}", fan_in, first_line, here));
  }
  if (units == 0)
    throw InvalidInput(fmt::format("{}: no weights: the file has no line with entries", shown(path)));
  array.shape = {units, fan_in};
  return array;
}

bool is_message_file(const fs::path& path) {
  ByteSource source(path);
  std::array<unsigned char, format_key.size()> start{};
  const std::size_t got = source.read(start);
  return std::string_view(reinterpret_cast<const char*>(start.data()), got) == format_key;
}

MessageWeights read_message_weights(const fs::path& path) {
  TextLines lines(path);
  const auto truncated = [&] {
    throw InvalidInput(fmt::format("{}: damaged: the messages end without END", shown(path)));
  };
  if (!lines.next()) truncated();
  std::string_view rest = lines.text();
  const bool begins = next_entry(rest) == format_key;
  const std::string_view form = next_entry(rest);
  if (!begins || (form != "tanh" && form != "plain"))
    lines.refuse(
        fmt::format("the messages must be 'fmt: tanh' or 'fmt: plain', got '{}'", printable(lines.text())));
  if (!lines.next()) truncated();
  rest = lines.text();
  if (next_entry(rest) != size_key)
    lines.refuse(fmt::format("the second line must be 'N,K,M: ...', got '{}'", printable(lines.text())));
  const std::size_t N = size_in(lines, next_entry(rest), 1), K = size_in(lines, next_entry(rest), 1);
  MessageWeights result;
  result.patterns = size_in(lines, next_entry(rest), 0);
  require_memory(double(N) * double(K) * sizeof(double), fmt::format("{}: its weights", shown(path)));
  std::vector<std::vector<double>> fields(K);
  for (bool ended = false; !ended;) {
    if (!lines.next()) truncated();
    rest = lines.text();
    const std::string_view name = next_entry(rest);
    ended = name == "END";
    if (!name.starts_with(fmt::format("{}[", field_name))) continue;
    auto& unit = fields[unit_in(lines, name, K)];
    if (!unit.empty()) lines.refuse(fmt::format("{} is there twice", printable(name)));
    for (auto entry = next_entry(rest); !entry.empty(); entry = next_entry(rest)) {
      const double value = number_of(entry);
      if (std::isnan(value))
        lines.refuse(fmt::format("a field must be a number, got '{}'", printable(entry)));
      unit.push_back(value >= 0 ? 1 : -1);
      result.undecided += value == 0;
    }
    if (unit.size() != N)
      lines.refuse(
          fmt::format("{} must have the N = {} fields of the file, got {}", printable(name), N, unit.size()));
  }
  result.signs = {{K, N}, {}, false};
  for (std::size_t k = 0; k < K; ++k) {
    if (fields[k].empty())
      throw InvalidInput(
          fmt::format("{}: the fields mw[{}] of unit {} are missing", shown(path), k + 1, k + 1));
    result.signs.values.insert(result.signs.values.end(), fields[k].begin(), fields[k].end());
  }
  return result;
}

}  // namespace wfm::io
