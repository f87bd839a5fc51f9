#include "io/npy.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "io/byte_source.hpp"
#include "io/message.hpp"
#include "math/error.hpp"
#include "problems/problem.hpp"

namespace wfm::io {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const fs::path& path, const std::string& what) {
  throw InvalidInput(fmt::format("{}: {}", shown(path), what));
}

struct Header {
  std::optional<std::string> type;
  std::optional<bool> fortran_order;
  std::optional<std::vector<std::size_t>> shape;
};

// The header's dictionary, by hand: three keys, a text, a truth value and a tuple of whole numbers.
class HeaderText {
 public:
  HeaderText(const fs::path& path, std::string_view text) : path_(path), text_(text) {}

  Header parse() {
    Header header;
    expect('{');
    while (!take('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr")
        header.type = type();
      else if (key == "fortran_order")
        header.fortran_order = truth();
      else if (key == "shape")
        header.shape = tuple();
      else
        damaged();
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    if (!header.type || !header.fortran_order || !header.shape) damaged();
    return header;
  }

 private:
  [[noreturn]] void damaged() const { refuse(path_, "damaged: not the header of a .npy file"); }
  void skip_blanks() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\n')) text_.remove_prefix(1);
  }
  bool take(char c) {
    skip_blanks();
    if (text_.empty() || text_.front() != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  void expect(char c) {
    if (!take(c)) damaged();
  }
  std::string quoted() {
    const char quote = take('\'') ? '\'' : '"';
    if (quote == '"') expect('"');
    const std::size_t end = text_.find(quote);
    if (end == std::string_view::npos) damaged();
    std::string value(text_.substr(0, end));
    text_.remove_prefix(end + 1);
    return value;
  }
  std::string type() {
    if (take('[')) refuse(path_, "the elements must be numbers, got records of several fields");
    return quoted();
  }
  bool truth() {
    skip_blanks();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "True" : "False";
      if (!text_.starts_with(word)) continue;
      text_.remove_prefix(word.size());
      return value;
    }
    damaged();
  }
  std::vector<std::size_t> tuple() {
    std::vector<std::size_t> sizes;
    expect('(');
    while (!take(')')) {
      skip_blanks();
      std::size_t size = 0;
      const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), size);
      if (error != std::errc()) damaged();
      text_.remove_prefix(std::size_t(end - text_.data()));
      take('L');  // as Python 2 wrote long numbers
      sizes.push_back(size);
      if (!take(',')) {
        expect(')');
        break;
      }
    }
    return sizes;
  }

  const fs::path& path_;
  std::string_view text_;
};

std::size_t read_length(ByteSource& source, const fs::path& path, std::size_t bytes) {
  std::array<unsigned char, 4> b{};
  if (source.read(std::span(b).first(bytes)) < bytes) refuse(path, "damaged: it ends within its header");
  std::size_t length = 0;
  for (std::size_t j = 0; j < bytes; ++j) length |= std::size_t(b[j]) << (8 * j);
  return length;
}

Header read_header(ByteSource& source, const fs::path& path) {
  std::array<unsigned char, 8> start{};
  if (source.read(start) < start.size() || std::memcmp(start.data(), npy_magic.data(), npy_magic.size()) != 0)
    refuse(path, "not a .npy file");
  const int major = start[6];
  if (major < 1 || major > 3) refuse(path, fmt::format("the .npy version must be 1, 2 or 3, got {}", major));
  const std::size_t length = read_length(source, path, major == 1 ? 2 : 4);
  constexpr std::size_t longest = std::size_t{1} << 20;
  if (length > longest) refuse(path, fmt::format("damaged: a header of {} bytes", length));
  std::string text(length, ' ');
  if (source.read({reinterpret_cast<unsigned char*>(text.data()), length}) < length)
    refuse(path, "damaged: it ends within its header");
  return HeaderText(path, text).parse();
}

// All the numbers, in the order of the file.
template <class T>
std::vector<double> read_numbers(ByteSource& source, const fs::path& path, std::size_t count) {
  std::vector<double> values;
  std::vector<T> piece;
  // piece by piece: a header with a wrong shape must not fill the memory first
  while (values.size() < count) {
    piece.resize(std::min(count - values.size(), std::size_t{1} << 20));
    const std::size_t bytes = piece.size() * sizeof(T);
    if (source.read({reinterpret_cast<unsigned char*>(piece.data()), bytes}) < bytes)
      refuse(path, fmt::format("damaged: its shape has {} numbers, the file has fewer", count));
    for (const T value : piece) values.push_back(static_cast<double>(value));
  }
  std::array<unsigned char, 1> more{};
  if (source.read(more) > 0)
    refuse(path, fmt::format("damaged: its shape has {} numbers, the file has more", count));
  return values;
}

std::vector<double> read_numbers(ByteSource& source, const fs::path& path, const std::string& type,
                                 std::size_t count) {
  if (type == "<f8") return read_numbers<double>(source, path, count);
  if (type == "<f4") return read_numbers<float>(source, path, count);
  if (type == "<i8") return read_numbers<std::int64_t>(source, path, count);
  if (type == "<i4") return read_numbers<std::int32_t>(source, path, count);
  if (type == "<i2") return read_numbers<std::int16_t>(source, path, count);
  if (type == "|i1" || type == "<i1") return read_numbers<std::int8_t>(source, path, count);
  if (type == "<u8") return read_numbers<std::uint64_t>(source, path, count);
  if (type == "<u4") return read_numbers<std::uint32_t>(source, path, count);
  if (type == "<u2") return read_numbers<std::uint16_t>(source, path, count);
  if (type == "|u1" || type == "|b1") return read_numbers<std::uint8_t>(source, path, count);
  refuse(path, fmt::format("the elements must be little-endian float32, float64, integers or bool, got '{}'",
                           printable(type)));
}

// element (i_1, ..., i_r) of Fortran order lies at i_1 + n_1 (i_2 + n_2 (...))
std::vector<double> to_c_order(const std::vector<double>& values, const std::vector<std::size_t>& shape) {
  std::vector<double> ordered;
  ordered.reserve(values.size());
  std::vector<std::size_t> index(shape.size());
  for (std::size_t j = 0; j < values.size(); ++j) {
    std::size_t place = 0;
    for (std::size_t r = shape.size(); r-- > 0;) place = place * shape[r] + index[r];
    ordered.push_back(values[place]);
    for (std::size_t r = shape.size(); r-- > 0;) {
      if (++index[r] < shape[r]) break;
      index[r] = 0;
    }
  }
  return ordered;
}

}  // namespace

NumberArray read_npy(const fs::path& path) {
  ByteSource source(path);
  const Header header = read_header(source, path);
  NumberArray array;
  array.shape = *header.shape;
  double count = 1;
  for (const std::size_t size : array.shape) count *= double(size);
  require_memory(count * sizeof(double), fmt::format("{}: its numbers", shown(path)));
  array.whole = header.type->size() > 1 && (*header.type)[1] != 'f';
  array.values = read_numbers(source, path, *header.type, std::size_t(count));
  if (*header.fortran_order && array.shape.size() > 1) array.values = to_c_order(array.values, array.shape);
  return array;
}

}  // namespace wfm::io
