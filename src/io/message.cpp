#include "io/message.hpp"

#include <algorithm>

namespace wfm::io {

namespace {

std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 32 || c == 127; }, '?');
  return text;
}

}  // namespace

std::string printable(std::string_view text) {
  constexpr std::size_t longest = 200;
  if (text.size() <= longest) return on_one_line(std::string(text));
  return on_one_line(std::string(text.substr(0, longest - 3))) + "...";
}

std::string shown(const std::filesystem::path& path) {
  return on_one_line(path.string());
}

}  // namespace wfm::io
