#include "io/text_lines.hpp"

#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "io/message.hpp"
#include "math/error.hpp"

namespace wfm::io {

namespace {

constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

}  // namespace

std::string_view next_entry(std::string_view& line) {
  while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
  std::size_t end = 0;
  while (end < line.size() && !is_blank(line[end])) ++end;
  const std::string_view entry = line.substr(0, end);
  line.remove_prefix(end);
  return entry;
}

double number_of(std::string_view entry) {
  if (entry.size() > 1 && entry[0] == '+' && entry[1] != '-') entry.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(entry.data(), entry.data() + entry.size(), value);
  return error == std::errc() && end == entry.data() + entry.size() ? value : std::nan("");
}

bool TextLines::next() {
  while (source_.line(text_)) {
    ++number_;
    std::string_view line = text_;
    const std::string_view first = next_entry(line);
    if (!first.empty() && first.front() != '#') return true;
  }
  return false;
}

void TextLines::refuse(const std::string& what) const {
  throw InvalidInput(fmt::format("{}:{}: {}", shown(path_), number_, what));
}

}  // namespace wfm::io
