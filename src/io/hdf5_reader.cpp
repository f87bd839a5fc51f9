#include "io/hdf5_reader.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <functional>
#include <numeric>
#include <utility>

#include <fmt/format.h>
#include <hdf5.h>
#include <zlib.h>

#include "io/hdf5_common.hpp"
#include "io/message.hpp"
#include "math/error.hpp"
#include "problems/problem.hpp"

namespace wfm::io {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view hdf5_magic = "\x89HDF\r\n\x1a\n";

bool same_type(hid_t type, hid_t expected) {
  return H5Tequal(type, expected) > 0;
}

// Whether the file begins as one of ours or as plain HDF5. Throws ResourceProblem where it cannot be read,
// InvalidInput where it began as ours and is damaged; for that it reads all of it.
bool is_hdf5(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error))
    throw ResourceProblem(fmt::format("{}: cannot read: this is a folder", shown(path)));
  if (fs::exists(path, error) && !fs::is_regular_file(path, error))
    throw ResourceProblem(fmt::format("{}: cannot read: not a regular file", shown(path)));
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) throw ResourceProblem(fmt::format("{}: cannot read: {}", shown(path), std::strerror(errno)));
  std::string block(user_block_size, '\0');
  file.read(block.data(), std::streamsize(user_block_size));
  block.resize(std::size_t(file.gcount()));
  if (!block.starts_with(user_block_magic)) return block.starts_with(hdf5_magic);

  std::vector<char> buffer(std::size_t{1} << 18);
  std::uint64_t length = 0;
  uLong crc = 0;
  while (file) {
    file.read(buffer.data(), std::streamsize(buffer.size()));
    const auto got = std::size_t(file.gcount());
    crc = crc32_z(crc, reinterpret_cast<const Bytef*>(buffer.data()), got);
    length += got;
  }
  if (file.bad()) throw ResourceProblem(fmt::format("{}: cannot read all of it", shown(path)));
  if (block != user_block(length, crc))
    throw InvalidInput(
        fmt::format("{}: damaged: length ({} bytes) and CRC-32 ({:08x}) are not those of its first {} bytes; "
                    "after an edit by another program, take these off: tail -c +{}",
                    shown(path), block.size() + length, crc, user_block_size, user_block_size + 1));
  return true;
}

const fs::path& checked(const fs::path& path) {
  if (!is_hdf5(path)) throw InvalidInput(fmt::format("{}: not an HDF5 file", shown(path)));
  return path;
}

}  // namespace

Hdf5Reader::Hdf5Reader(const fs::path& path) : path_(path) {
  silence();
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_file_locking(access, false, true);  // locks fail on some network file systems
  file_ = H5Fopen(path.c_str(), H5F_ACC_RDONLY, access);
  if (file_ < 0) throw InvalidInput(fmt::format("{}: damaged: HDF5 cannot open it", shown(path)));
}

Hdf5Reader::Hdf5Reader(const fs::path& path, std::string_view format, int newest)
    : Hdf5Reader(checked(path)) {
  const std::string found = this->format();
  if (found != format) refuse("/ @format", fmt::format("must be '{}', got '{}'", format, printable(found)));
  const std::int64_t version = integer("/", "format_version");
  if (version < 1 || version > newest)
    refuse("/ @format_version", fmt::format("this wfm reads versions 1 to {}, got {}", newest, version));
}

Hdf5Reader::~Hdf5Reader() {
  H5Fclose(file_);
}

void Hdf5Reader::refuse(const std::string& object, const std::string& what) const {
  throw InvalidInput(fmt::format("{}: {}: {}", shown(path_), printable(object), what));
}

std::string Hdf5Reader::format() const {
  if (!has("/", "format")) refuse("/ @format", "missing: an HDF5 file, but not one of wfm");
  return text("/", "format");
}

bool Hdf5Reader::has(const std::string& object) const {
  // H5Lexists wants every parent to exist.
  for (std::size_t slash = object.find('/', 1);; slash = object.find('/', slash + 1)) {
    const std::string part = object.substr(0, slash);
    if (part != "/" && H5Lexists(file_, part.c_str(), H5P_DEFAULT) <= 0) return false;
    if (slash == std::string::npos) return H5Oexists_by_name(file_, object.c_str(), H5P_DEFAULT) > 0;
  }
}

bool Hdf5Reader::has(const std::string& object, const std::string& attribute) const {
  return has(object) && H5Aexists_by_name(file_, object.c_str(), attribute.c_str(), H5P_DEFAULT) > 0;
}

template <class T>
T Hdf5Reader::scalar(const std::string& object, const std::string& name) const {
  const std::string what = attribute_of(object, name);
  const Handle attribute(H5Aopen_by_name(file_, object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
                         H5Aclose);
  if (attribute < 0) refuse(what, "missing");
  const Handle type(H5Aget_type(attribute), H5Tclose);
  const Handle space(H5Aget_space(attribute), H5Sclose);
  if (!same_type(type, Stored<T>::file()) || H5Sget_simple_extent_npoints(space) != 1)
    refuse(what, fmt::format("must be one {}", Stored<T>::name));
  T value{};
  if (H5Aread(attribute, Stored<T>::memory(), &value) < 0) refuse(what, "damaged: cannot be read");
  return value;
}

double Hdf5Reader::real(const std::string& object, const std::string& name) const {
  return scalar<double>(object, name);
}

std::int64_t Hdf5Reader::integer(const std::string& object, const std::string& name) const {
  return scalar<std::int64_t>(object, name);
}

std::int64_t Hdf5Reader::integer(const std::string& object, const std::string& name, std::int64_t lowest,
                                 std::int64_t highest) const {
  const std::int64_t value = integer(object, name);
  if (value < lowest || value > highest)
    refuse(attribute_of(object, name),
           fmt::format("must be between {} and {}, got {}", lowest, highest, value));
  return value;
}

std::uint64_t Hdf5Reader::natural(const std::string& object, const std::string& name) const {
  return scalar<std::uint64_t>(object, name);
}

bool Hdf5Reader::flag(const std::string& object, const std::string& name) const {
  const auto value = scalar<std::uint8_t>(object, name);
  if (value > 1) refuse(attribute_of(object, name), fmt::format("must be 0 or 1, got {}", value));
  return value == 1;
}

// Texts have a fixed length where we wrote them; other programs (h5py) also give them any length.
template <class Read>
std::string Hdf5Reader::one_text(const std::string& what, std::int64_t type, std::int64_t space,
                                 const Read& read) const {
  if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1)
    refuse(what, "must be one text");
  const Handle memory(H5Tcopy(type), H5Tclose);
  if (H5Tis_variable_str(type) > 0) {
    char* characters = nullptr;
    if (read(memory, &characters) < 0) refuse(what, "damaged: cannot be read");
    std::string value = characters == nullptr ? "" : characters;
    H5free_memory(characters);
    return value;
  }
  require_memory(double(H5Tget_size(type)), fmt::format("{}: {}", shown(path_), printable(what)));
  H5Tset_strpad(memory, H5T_STR_NULLPAD);
  std::string value(H5Tget_size(type), '\0');
  if (read(memory, value.data()) < 0) refuse(what, "damaged: cannot be read");
  value.erase(value.find_last_not_of('\0') + 1);
  return value;
}

std::string Hdf5Reader::text(const std::string& object, const std::string& name) const {
  const std::string what = attribute_of(object, name);
  const Handle attribute(H5Aopen_by_name(file_, object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT),
                         H5Aclose);
  if (attribute < 0) refuse(what, "missing");
  const Handle type(H5Aget_type(attribute), H5Tclose);
  const Handle space(H5Aget_space(attribute), H5Sclose);
  return one_text(what, type, space,
                  [&](hid_t memory, void* value) { return H5Aread(attribute, memory, value); });
}

Hdf5Reader::Element Hdf5Reader::element(const std::string& dataset) const {
  const Handle data(H5Dopen2(file_, dataset.c_str(), H5P_DEFAULT), H5Dclose);
  if (data < 0) refuse(dataset, "missing");
  const Handle type(H5Dget_type(data), H5Tclose);
  const std::array<std::pair<hid_t, Element>, 7> known{{{H5T_IEEE_F64LE, Element::f64},
                                                        {H5T_IEEE_F32LE, Element::f32},
                                                        {H5T_STD_I64LE, Element::i64},
                                                        {H5T_STD_I32LE, Element::i32},
                                                        {H5T_STD_I8LE, Element::i8},
                                                        {H5T_STD_U64LE, Element::u64},
                                                        {H5T_STD_U8LE, Element::u8}}};
  for (const auto& [stored, element] : known)
    if (same_type(type, stored)) return element;
  return Element::other;
}

Shape Hdf5Reader::shape(const std::string& dataset) const {
  const Handle data(H5Dopen2(file_, dataset.c_str(), H5P_DEFAULT), H5Dclose);
  if (data < 0) refuse(dataset, "missing");
  const Handle space(H5Dget_space(data), H5Sclose);
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank < 0) refuse(dataset, "damaged: no shape");
  std::vector<hsize_t> sizes(std::size_t(rank), 0);
  H5Sget_simple_extent_dims(space, sizes.data(), nullptr);
  return {sizes.begin(), sizes.end()};
}

template <class T>
std::vector<T> Hdf5Reader::array(const std::string& dataset, const Shape& expected) const {
  const Shape found = shape(dataset);
  if (found != expected)
    refuse(dataset, fmt::format("must have shape {}, got {}", text_of(expected), text_of(found)));
  const Handle data(H5Dopen2(file_, dataset.c_str(), H5P_DEFAULT), H5Dclose);
  const Handle type(H5Dget_type(data), H5Tclose);
  if (!same_type(type, Stored<T>::file()))
    refuse(dataset, fmt::format("elements must be {}", Stored<T>::name));
  double bytes = sizeof(T);
  for (const std::size_t size : expected) bytes *= double(size);
  require_memory(bytes, fmt::format("{}: {}", shown(path_), dataset));
  std::vector<T> values(
      std::accumulate(expected.begin(), expected.end(), std::size_t{1}, std::multiplies<>()));
  if (!values.empty() && H5Dread(data, Stored<T>::memory(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
    refuse(dataset, "damaged: cannot be read");
  return values;
}

template <class T>
std::vector<T> Hdf5Reader::array(const std::string& dataset) const {
  const Shape found = shape(dataset);
  if (found.size() != 1)
    refuse(dataset, fmt::format("must have one dimension, got shape {}", text_of(found)));
  return array<T>(dataset, found);
}

std::string Hdf5Reader::long_text(const std::string& dataset) const {
  const Handle data(H5Dopen2(file_, dataset.c_str(), H5P_DEFAULT), H5Dclose);
  if (data < 0) refuse(dataset, "missing");
  const Handle type(H5Dget_type(data), H5Tclose);
  const Handle space(H5Dget_space(data), H5Sclose);
  return one_text(dataset, type, space, [&](hid_t memory, void* value) {
    return H5Dread(data, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, value);
  });
}

std::string format_of(const fs::path& path) {
  return is_hdf5(path) ? Hdf5Reader(path).format() : "";
}

bool is_hdf5_file(const fs::path& path) {
  return is_hdf5(path);
}

NumberArray read_hdf5_array(const fs::path& path, const std::string& dataset) {
  const Hdf5Reader file(checked(path));
  if (!file.has(dataset)) file.refuse(dataset, "missing");
  NumberArray array;
  array.shape = file.shape(dataset);
  const Handle data(H5Dopen2(file.file_, dataset.c_str(), H5P_DEFAULT), H5Dclose);
  const Handle type(H5Dget_type(data), H5Tclose);
  const H5T_class_t kind = H5Tget_class(type);
  if (kind != H5T_FLOAT && kind != H5T_INTEGER)
    file.refuse(dataset, "elements must be real or whole numbers");
  array.whole = kind == H5T_INTEGER;
  double count = 1;
  for (const std::size_t size : array.shape) count *= double(size);
  require_memory(count * sizeof(double), fmt::format("{}: {}", shown(path), printable(dataset)));
  array.values.resize(std::size_t(count));
  if (count > 0 && H5Dread(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()) < 0)
    file.refuse(dataset, "damaged: cannot be read");
  return array;
}

template std::vector<double> Hdf5Reader::array<double>(const std::string&, const Shape&) const;
template std::vector<double> Hdf5Reader::array<double>(const std::string&) const;
template std::vector<float> Hdf5Reader::array<float>(const std::string&, const Shape&) const;
template std::vector<float> Hdf5Reader::array<float>(const std::string&) const;
template std::vector<std::int64_t> Hdf5Reader::array<std::int64_t>(const std::string&, const Shape&) const;
template std::vector<std::int64_t> Hdf5Reader::array<std::int64_t>(const std::string&) const;
template std::vector<std::int32_t> Hdf5Reader::array<std::int32_t>(const std::string&, const Shape&) const;
template std::vector<std::int32_t> Hdf5Reader::array<std::int32_t>(const std::string&) const;
template std::vector<std::int8_t> Hdf5Reader::array<std::int8_t>(const std::string&, const Shape&) const;
template std::vector<std::int8_t> Hdf5Reader::array<std::int8_t>(const std::string&) const;
template std::vector<std::uint64_t> Hdf5Reader::array<std::uint64_t>(const std::string&, const Shape&) const;
template std::vector<std::uint64_t> Hdf5Reader::array<std::uint64_t>(const std::string&) const;
template std::vector<std::uint8_t> Hdf5Reader::array<std::uint8_t>(const std::string&, const Shape&) const;
template std::vector<std::uint8_t> Hdf5Reader::array<std::uint8_t>(const std::string&) const;

}  // namespace wfm::io
