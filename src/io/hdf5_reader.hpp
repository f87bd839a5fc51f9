// Reading the files that Hdf5Writer makes, and files of the same layout that another program (h5py) made.
// The latter begin with the HDF5 signature, without the writer's user block: no CRC protects them, only the
// checks of what is read. A file that begins with the block must agree with it. A program that edits such a
// file in place (h5py), or copies it with its block (h5repack), leaves the old block, which then has to go:
// tail -c +513 OLD > NEW, or h5unjam --delete.
// Every failure is one line, beginning "FILE: OBJECT: ": ResourceProblem (cannot open, read), InvalidInput
// (damaged, not HDF5, another format, an object missing or of another type or shape).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "io/hdf5_writer.hpp"
#include "io/number_array.hpp"

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
  friend std::string format_of(const std::filesystem::path& path);
  friend NumberArray read_hdf5_array(const std::filesystem::path& path, const std::string& dataset);
  // Opens a file of any format whose user block is known to fit.
  explicit Hdf5Reader(const std::filesystem::path& path);
  std::string format() const;
  template <class T>
  T scalar(const std::string& object, const std::string& name) const;
  template <class Read>
  std::string one_text(const std::string& what, std::int64_t type, std::int64_t space,
                       const Read& read) const;

  std::filesystem::path path_;
  std::int64_t file_ = -1;  // hid_t
};

/// The root attribute `format` ("wfm-problem", "wfm-run", "wfm-checkpoint"), or "" for a file that is not
/// HDF5 (plain text patterns, say). Throws ResourceProblem where the file cannot be read, InvalidInput for a
/// damaged file and for HDF5 without that attribute.
std::string format_of(const std::filesystem::path& path);

/// Does the file begin as HDF5 does? Throws as format_of does, but for the missing attribute.
bool is_hdf5_file(const std::filesystem::path& path);

/// One data set ("/layer1/weight") of any HDF5 file, of whatever numbers it is kept in. Throws ResourceProblem where the file cannot
/// be read or the numbers do not fit into memory, InvalidInput where it is damaged or not HDF5, or the object is missing or not
/// made of numbers.
NumberArray read_hdf5_array(const std::filesystem::path& path, const std::string& dataset);

}  // namespace wfm::io
