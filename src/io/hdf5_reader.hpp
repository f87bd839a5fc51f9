// Reading the files that Hdf5Writer makes. Every failure is one line: ResourceProblem (cannot open, read),
// InvalidInput (damaged, not written by wfm, another format, an object missing or of another type or shape),
// beginning "FILE: OBJECT: ".
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "io/hdf5_writer.hpp"

namespace wfm::io {

class Hdf5Reader {
 public:
  /// Opens a file of this format. Throws ResourceProblem where it cannot be opened, InvalidInput where it is
  /// damaged, not HDF5, of another format, or of a format_version above `newest`.
  Hdf5Reader(const std::filesystem::path& path, std::string_view format, int newest);
  ~Hdf5Reader();
  Hdf5Reader(const Hdf5Reader&) = delete;
  Hdf5Reader& operator=(const Hdf5Reader&) = delete;

  const std::filesystem::path& path() const { return path_; }
  bool has(const std::string& object) const;
  bool has(const std::string& object, const std::string& attribute) const;

  double real(const std::string& object, const std::string& name) const;  // may be NaN: the caller judges
  std::int64_t integer(const std::string& object, const std::string& name) const;
  std::int64_t integer(const std::string& object, const std::string& name, std::int64_t lowest,
                       std::int64_t highest) const;
  std::uint64_t natural(const std::string& object, const std::string& name) const;
  std::string text(const std::string& object, const std::string& name) const;
  bool flag(const std::string& object, const std::string& name) const;

  enum class Element { f64, f32, i64, i32, i8, u64, u8, other };
  Element element(const std::string& dataset) const;
  Shape shape(const std::string& dataset) const;
  /// The dataset, whose element type must be T and whose shape must be `expected`.
  template <class T>
  std::vector<T> array(const std::string& dataset, const Shape& expected) const;
  /// A one-dimensional dataset of any length.
  template <class T>
  std::vector<T> array(const std::string& dataset) const;
  std::string long_text(const std::string& dataset) const;

  /// Throws InvalidInput: "FILE: OBJECT: WHAT".
  [[noreturn]] void refuse(const std::string& object, const std::string& what) const;

 private:
  template <class T>
  T scalar(const std::string& object, const std::string& name) const;

  std::filesystem::path path_;
  std::int64_t file_ = -1;  // hid_t
};

/// The root attribute `format` ("wfm-problem", "wfm-run", "wfm-checkpoint"), or "" for a file that is not
/// HDF5 or has no such attribute (plain text patterns, say). Throws ResourceProblem where the file cannot be
/// read, InvalidInput for a damaged file of ours.
std::string format_of(const std::filesystem::path& path);

}  // namespace wfm::io
