#include "io/atomic_file.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/message.hpp"
#include "math/error.hpp"

namespace wfm::io {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const fs::path& path, std::string_view what) {
  throw ResourceProblem(fmt::format("{}: {}", shown(path), what));
}

[[noreturn]] void refuse_errno(const fs::path& path, std::string_view doing, int error) {
  refuse(path, fmt::format("{}: {}", doing, std::strerror(error)));
}

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

// The file that `path` means: a symbolic link's target is replaced, not the link.
fs::path behind_links(const fs::path& path) {
  std::error_code error;
  if (!fs::is_symlink(path, error)) return path;
  fs::path target = fs::weakly_canonical(path, error);
  if (error) refuse(path, fmt::format("cannot follow the link: {}", error.message()));
  return target;
}

void check_target(const fs::path& target) {
  if (target.empty()) throw ResourceProblem("cannot write: the name of the output file is empty");
  std::error_code error;
  const fs::file_status there = fs::status(target, error);
  if (fs::is_directory(there)) refuse(target, "cannot write: this is a folder");
  if (fs::exists(there) && !fs::is_regular_file(there)) refuse(target, "cannot write: not a regular file");
  const fs::path folder = folder_of(target);
  if (!fs::is_directory(folder, error))
    refuse(target, fmt::format("cannot write: no folder '{}'", shown(folder)));
  if (::access(folder.c_str(), W_OK | X_OK) != 0)
    refuse_errno(target, fmt::format("cannot write into folder '{}'", shown(folder)), errno);
}

}  // namespace

void check_writable(const fs::path& path) {
  check_target(behind_links(path));
}

AtomicFile::AtomicFile(const fs::path& target) : target_(behind_links(target)) {
  check_target(target_);
  for (int attempt = 0; descriptor_ < 0; ++attempt) {
    temporary_ =
        folder_of(target_) / fmt::format(".{}.{}.{}.tmp", target_.filename().string(), ::getpid(), attempt);
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ < 0 && errno != EEXIST) refuse_errno(target_, "cannot write", errno);
  }
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) refuse_errno(target_, "cannot write", errno);
    bytes.remove_prefix(std::size_t(written));
  }
}

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) refuse_errno(target_, "cannot write", errno);
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  if (closed != 0) refuse_errno(target_, "cannot write", errno);
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) refuse_errno(target_, "cannot rename", errno);
  temporary_.clear();
  // The rename itself reaches the disk with the folder; file systems that cannot sync a folder are left alone.
  const int folder = ::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return;
  ::fsync(folder);
  ::close(folder);
}

void write_atomically(const fs::path& target, std::string_view bytes) {
  AtomicFile file(target);
  file.write(bytes);
  file.commit();
}

}  // namespace wfm::io
