#include "io/text_patterns.hpp"

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <zlib.h>

#include "io/atomic_file.hpp"
#include "io/message.hpp"
#include "io/text_lines.hpp"
#include "math/error.hpp"
#include "problems/problem.hpp"

namespace wfm::io {

namespace fs = std::filesystem;

namespace {

// The entries read so far: as signs (a byte each) until the first that is not +-1, then as reals.
struct Entries {
  std::vector<std::int8_t> signs;
  std::vector<double> reals;
  bool binary = true;

  std::size_t size() const { return binary ? signs.size() : reals.size(); }
  void add(double value) {
    if (binary && value != 1 && value != -1) {
      require_memory(double(signs.size()) * sizeof(double), "text patterns");
      reals.assign(signs.begin(), signs.end());
      signs = {};
      binary = false;
    }
    if (binary)
      signs.push_back(std::int8_t(value));
    else
      reals.push_back(value);
  }
};

std::vector<std::int8_t> read_labels(const fs::path& path) {
  std::vector<std::int8_t> labels;
  for (TextLines lines(path); lines.next();) {
    std::string_view rest = lines.text();
    const std::string_view entry = next_entry(rest);
    const double value = number_of(entry);
    if (value != 1 && value != -1)
      lines.refuse(fmt::format("a label must be +1 or -1, got '{}'", printable(entry)));
    if (const auto more = next_entry(rest); !more.empty())
      lines.refuse(fmt::format("one label a line, got also '{}'", printable(more)));
    labels.push_back(std::int8_t(value));
  }
  return labels;
}

// gzip at the level that random signs gain most from for their time.
std::string compressed(const std::string& text) {
  z_stream stream{};
  constexpr int gzip_window = 15 + 16;
  if (deflateInit2(&stream, 1, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw ResourceProblem("gzip: no memory for compression");
  std::string out, buffer(std::size_t{1} << 18, '\0');
  std::string_view rest = text;
  int state = Z_OK;
  while (state != Z_STREAM_END) {
    const std::size_t count = std::min(rest.size(), std::size_t{1} << 30);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest.data()));
    stream.avail_in = unsigned(count);
    stream.next_out = reinterpret_cast<Bytef*>(buffer.data());
    stream.avail_out = unsigned(buffer.size());
    state = deflate(&stream, count == rest.size() ? Z_FINISH : Z_NO_FLUSH);
    rest.remove_prefix(count - stream.avail_in);
    out.append(buffer.data(), buffer.size() - stream.avail_out);
  }
  deflateEnd(&stream);
  return out;
}

void write_text(const fs::path& path, const std::string& text) {
  write_atomically(path, path.extension() == ".gz" ? compressed(text) : text);
}

}  // namespace

Patterns read_text_patterns(const fs::path& path, const std::optional<fs::path>& label_path) {
  Entries entries;
  std::size_t count = 0, inputs = 0, first_line = 0;
  for (TextLines lines(path); lines.next(); ++count) {
    std::string_view rest = lines.text();
    const std::size_t before = entries.size();
    for (auto entry = next_entry(rest); !entry.empty(); entry = next_entry(rest)) {
      const double value = number_of(entry);
      if (!std::isfinite(value))
        lines.refuse(fmt::format("an entry must be a finite number, got '{}'", printable(entry)));
      entries.add(value);
    }
    const std::size_t here = entries.size() - before;
    if (count == 0) {
      inputs = here;
      first_line = lines.number();
    }
    if (here != inputs)
      lines.refuse(
          fmt::format("all patterns must have the {} entries of line {}, got {}", inputs, first_line, here));
  }
  if (count == 0)
    throw InvalidInput(fmt::format("{}: no patterns: the file has no line with entries", shown(path)));

  Patterns patterns;
  if (entries.binary) {
    BitMatrix bits(count, inputs);
    for (std::size_t a = 0; a < count; ++a)
      for (std::size_t i = 0; i < inputs; ++i) bits.set(a, i, entries.signs[a * inputs + i]);
    patterns.inputs = std::move(bits);
  } else {
    patterns.inputs = RealMatrix(
        Eigen::Map<const RealMatrix>(entries.reals.data(), Eigen::Index(count), Eigen::Index(inputs)));
  }
  patterns.labels = label_path ? read_labels(*label_path) : std::vector<std::int8_t>(count, 1);
  if (patterns.labels.size() != count)
    throw InvalidInput(fmt::format("{}: there must be one label for each of the {} patterns of {}, got {}",
                                   shown(*label_path), count, shown(path), patterns.labels.size()));
  return patterns;
}

void write_text_patterns(const fs::path& path, const Patterns& patterns) {
  validate(patterns);
  const std::size_t inputs = patterns.inputs_per_pattern();
  std::string text;
  for (std::size_t a = 0; a < patterns.count(); ++a)
    for (std::size_t i = 0; i < inputs; ++i) {
      fmt::format_to(std::back_inserter(text), "{}", patterns(a, i));
      text += i + 1 < inputs ? ' ' : '\n';
    }
  write_text(path, text);
}

void write_text_labels(const fs::path& path, std::span<const std::int8_t> labels) {
  std::string text;
  for (const std::int8_t label : labels) text += label > 0 ? "1\n" : "-1\n";
  write_text(path, text);
}

}  // namespace wfm::io
