// Writing self-describing HDF5 files: scalars and short texts as attributes of groups, arrays and long texts
// as datasets (deflated). The file grows in memory and goes to the disk at once. It begins with a user block
// of 512 bytes (other HDF5 programs skip it) that holds the length and the CRC-32 of the rest, so that a
// truncated or damaged file is refused before the HDF5 library parses it. Hdf5Reader takes files without it
// too.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wfm::io {

using Shape = std::vector<std::size_t>;

/// Element types T of arrays: double, float, int64_t, int32_t, int8_t, uint8_t, uint64_t. Objects are named
/// by absolute paths such as "/train/inputs"; "/" is the root group.
class Hdf5Writer {
 public:
  Hdf5Writer(const Hdf5Writer&) = delete;
  Hdf5Writer& operator=(const Hdf5Writer&) = delete;

  void group(const std::string& path);  // parents must exist
  void set(const std::string& object, const std::string& name, double value);
  void set(const std::string& object, const std::string& name, std::int64_t value);
  void set(const std::string& object, const std::string& name, std::uint64_t value);
  void set(const std::string& object, const std::string& name,
           std::string_view value);  // at most 32000 bytes
  void set(const std::string& object, const std::string& name, const char* value) {
    set(object, name, std::string_view(value));
  }
  void set(const std::string& object, const std::string& name, bool value);  // stored as 0 or 1
  void set(const std::string& object, const std::string& name, int value) {
    set(object, name, std::int64_t{value});
  }

  /// `values` in row-major order, as many as the product of `shape`.
  template <class T>
  void array(const std::string& dataset, std::span<const T> values, const Shape& shape);
  template <class T>
  void array(const std::string& dataset, const std::vector<T>& values) {
    array(dataset, std::span<const T>(values), Shape{values.size()});
  }
  void text(const std::string& dataset, std::string_view value);  // of any length

 private:
  friend void write_hdf5(const std::filesystem::path&, std::string_view, int,
                         const std::function<void(Hdf5Writer&)>&);
  explicit Hdf5Writer(const std::filesystem::path& shown);
  ~Hdf5Writer();
  std::string image();
  void scalar(const std::string& object, const std::string& name, std::int64_t file_type,
              std::int64_t memory_type, const void* value);
  [[noreturn]] void fail(const std::string& object, const std::string& what) const;

  std::filesystem::path shown_;  // name in messages
  std::int64_t file_ = -1;       // hid_t
};

/// Makes the file at `path`, whole or not at all: root attributes format, format_version, wfm_version, and
/// what `fill` adds.
void write_hdf5(const std::filesystem::path& path, std::string_view format, int format_version,
                const std::function<void(Hdf5Writer&)>& fill);

}  // namespace wfm::io
