// Text files of numbers, line by line: entries separated by blanks; empty lines and lines that begin with '#' are skipped; gzip is
// recognised by content.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "io/byte_source.hpp"

namespace wfm::io {

/// The next entry of a line, cut off its front; empty at the end.
std::string_view next_entry(std::string_view& line);

/// The number, or NaN for anything that is not a number as a whole. "inf" is one.
double number_of(std::string_view entry);

/// Lines with entries, one after the other.
class TextLines {
 public:
  /// Throws ResourceProblem where the file cannot be opened.
  explicit TextLines(const std::filesystem::path& path) : path_(path), source_(path) {}
  /// Goes on to the next line with entries; false at the end of the file.
  bool next();
  std::string_view text() const { return text_; }
  std::size_t number() const { return number_; }  // of the line, from 1

  /// Throws InvalidInput: "FILE:LINE: WHAT".
  [[noreturn]] void refuse(const std::string& what) const;

 private:
  std::filesystem::path path_;
  ByteSource source_;
  std::string text_;
  std::size_t number_ = 0;
};

}  // namespace wfm::io
