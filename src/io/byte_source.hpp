// Reading a file of plain or gzip-compressed bytes (by its content, whatever its name).
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace wfm::io {

class ByteSource {
 public:
  /// Throws ResourceProblem where the file cannot be opened (absent, a folder, no permission).
  explicit ByteSource(const std::filesystem::path& path);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Fills `bytes` as far as the file reaches; returns how many. Throws InvalidInput where the compressed
  /// data is damaged or ends early.
  std::size_t read(std::span<unsigned char> bytes);

  /// Everything from here to the end of the file.
  std::string rest();

  /// The next line without its end ("\n" or "\r\n"); false at the end of the file.
  bool line(std::string& text);

 private:
  void refill();

  std::filesystem::path path_;
  void* file_ = nullptr;  // gzFile
  std::vector<unsigned char> buffer_;
  std::size_t begin_ = 0, end_ = 0;
};

}  // namespace wfm::io
