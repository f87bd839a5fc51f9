#include "io/byte_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <zlib.h>

#include "io/message.hpp"
#include "math/error.hpp"

namespace wfm::io {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longest_line = std::size_t{1} << 30;

gzFile handle(void* file) {
  return static_cast<gzFile>(file);
}

}  // namespace

ByteSource::ByteSource(const fs::path& path) : path_(path), buffer_(std::size_t{1} << 17) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (fs::is_directory(status))
    throw ResourceProblem(fmt::format("{}: cannot read: this is a folder", shown(path)));
  if (fs::exists(status) && !fs::is_regular_file(status) && !fs::is_fifo(status))
    throw ResourceProblem(fmt::format("{}: cannot read: not a regular file", shown(path)));
  errno = 0;
  file_ = gzopen(path.c_str(), "rb");
  if (!file_)
    throw ResourceProblem(
        fmt::format("{}: cannot read: {}", shown(path), std::strerror(errno ? errno : ENOMEM)));
}

ByteSource::~ByteSource() {
  gzclose_r(handle(file_));
}

void ByteSource::refill() {
  const int got = gzread(handle(file_), buffer_.data(), unsigned(buffer_.size()));
  begin_ = 0;
  end_ = got > 0 ? std::size_t(got) : 0;
  if (end_ == buffer_.size()) return;
  // A short read is the end of the file or of what can be decompressed.
  int code = Z_OK;
  const std::string said = gzerror(handle(file_), &code);
  if (code == Z_ERRNO)
    throw ResourceProblem(fmt::format("{}: cannot read: {}", shown(path_), std::strerror(errno)));
  if (code == Z_BUF_ERROR)
    throw InvalidInput(fmt::format("{}: damaged: the gzip data ends early", shown(path_)));
  if (code != Z_OK && code != Z_STREAM_END)
    throw InvalidInput(fmt::format("{}: damaged gzip data: {}", shown(path_), printable(said)));
}

std::size_t ByteSource::read(std::span<unsigned char> bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    if (begin_ == end_) refill();
    if (begin_ == end_) break;
    const std::size_t count = std::min(bytes.size() - done, end_ - begin_);
    std::memcpy(bytes.data() + done, buffer_.data() + begin_, count);
    begin_ += count;
    done += count;
  }
  return done;
}

std::string ByteSource::rest() {
  std::string text;
  for (;;) {
    if (begin_ == end_) refill();
    if (begin_ == end_) return text;
    text.append(reinterpret_cast<const char*>(buffer_.data()) + begin_, end_ - begin_);
    begin_ = end_;
  }
}

bool ByteSource::line(std::string& text) {
  text.clear();
  bool any = false;
  for (;;) {
    if (begin_ == end_) refill();
    if (begin_ == end_) break;
    any = true;
    const auto* from = buffer_.data() + begin_;
    const auto* newline = static_cast<const unsigned char*>(std::memchr(from, '\n', end_ - begin_));
    const std::size_t count = newline ? std::size_t(newline - from) : end_ - begin_;
    text.append(reinterpret_cast<const char*>(from), count);
    begin_ += count;
    if (newline) {
      ++begin_;
      break;
    }
    if (text.size() > longest_line)
      throw InvalidInput(
          fmt::format("{}: not a text file: a line is longer than {} bytes", shown(path_), longest_line));
  }
  if (!text.empty() && text.back() == '\r') text.pop_back();
  return any;
}

}  // namespace wfm::io
