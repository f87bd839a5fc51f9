// Files that are there whole or not at all: written under a temporary name in the same folder, then renamed.
#pragma once

#include <filesystem>
#include <string_view>

namespace wfm::io {

/// To be asked before a long computation: throws ResourceProblem unless a file can be made at `path` (its
/// folder exists and is writable, and what is there now, if anything, is a regular file that may be
/// replaced).
void check_writable(const std::filesystem::path& path);

/// A file in the making. Until commit() the target is untouched; without it the destructor removes what was
/// written. A process that is killed leaves the target as it was (and a hidden file `.NAME.PID.N.tmp` beside
/// it). A symbolic link is followed.
class AtomicFile {
 public:
  /// Makes the empty temporary file. Throws ResourceProblem as check_writable does.
  explicit AtomicFile(const std::filesystem::path& target);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Appends `bytes`. Throws ResourceProblem where the disk refuses them.
  void write(std::string_view bytes);

  /// Makes the target whole: fsync, rename, fsync of the folder. Throws ResourceProblem.
  void commit();

 private:
  std::filesystem::path target_, temporary_;
  int descriptor_ = -1;
};

/// The target with exactly these bytes, or ResourceProblem and the target as it was.
void write_atomically(const std::filesystem::path& target, std::string_view bytes);

}  // namespace wfm::io
