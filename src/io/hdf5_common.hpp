// What the HDF5 writer and the HDF5 reader share. Not for other units.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <hdf5.h>

#include "io/hdf5_writer.hpp"

namespace wfm::io {

// An HDF5 identifier and the function that gives it back.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

// The type in the file is little-endian everywhere; the type in memory is the machine's own.
template <class T>
struct Stored;
template <>
struct Stored<double> {
  static hid_t file() { return H5T_IEEE_F64LE; }
  static hid_t memory() { return H5T_NATIVE_DOUBLE; }
  static constexpr const char* name = "float64";
};
template <>
struct Stored<float> {
  static hid_t file() { return H5T_IEEE_F32LE; }
  static hid_t memory() { return H5T_NATIVE_FLOAT; }
  static constexpr const char* name = "float32";
};
template <>
struct Stored<std::int64_t> {
  static hid_t file() { return H5T_STD_I64LE; }
  static hid_t memory() { return H5T_NATIVE_INT64; }
  static constexpr const char* name = "int64";
};
template <>
struct Stored<std::int32_t> {
  static hid_t file() { return H5T_STD_I32LE; }
  static hid_t memory() { return H5T_NATIVE_INT32; }
  static constexpr const char* name = "int32";
};
template <>
struct Stored<std::int8_t> {
  static hid_t file() { return H5T_STD_I8LE; }
  static hid_t memory() { return H5T_NATIVE_INT8; }
  static constexpr const char* name = "int8";
};
template <>
struct Stored<std::uint64_t> {
  static hid_t file() { return H5T_STD_U64LE; }
  static hid_t memory() { return H5T_NATIVE_UINT64; }
  static constexpr const char* name = "uint64";
};
template <>
struct Stored<std::uint8_t> {
  static hid_t file() { return H5T_STD_U8LE; }
  static hid_t memory() { return H5T_NATIVE_UINT8; }
  static constexpr const char* name = "uint8";
};

// Errors are told by exceptions; the library's own report to standard error is silenced (per thread).
inline void silence() {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

inline std::string attribute_of(const std::string& object, const std::string& name) {
  return object + " @" + name;
}

inline std::string text_of(const Shape& shape) {
  return fmt::format("({})", fmt::join(shape, " x "));
}

inline constexpr std::size_t user_block_size = 512;  // the smallest that HDF5 allows
inline constexpr std::string_view user_block_magic = "wfm HDF5 file\n";

/// The user block before `length` bytes with this CRC-32.
std::string user_block(std::uint64_t length, std::uint64_t crc);

}  // namespace wfm::io
