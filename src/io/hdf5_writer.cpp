#include "io/hdf5_writer.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include <fmt/format.h>
#include <hdf5.h>
#include <zlib.h>

#include "io/atomic_file.hpp"
#include "io/hdf5_common.hpp"
#include "io/message.hpp"
#include "math/error.hpp"
#include "version.hpp"

namespace wfm::io {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longest_attribute = 32000;  // an HDF5 object header message holds 64 kB
constexpr std::size_t deflate_from = 4096;        // bytes
constexpr std::size_t chunk_bytes = std::size_t{1} << 20;

std::size_t product(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

// Fixed-length UTF-8 text; HDF5 has no type of length 0.
hid_t text_type(std::size_t length) {
  const hid_t type = H5Tcopy(H5T_C_S1);
  H5Tset_size(type, std::max<std::size_t>(length, 1));
  H5Tset_strpad(type, H5T_STR_NULLPAD);
  H5Tset_cset(type, H5T_CSET_UTF8);
  return type;
}

std::uint64_t crc_of(std::string_view bytes) {
  return crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
}

}  // namespace

std::string user_block(std::uint64_t length, std::uint64_t crc) {
  std::string block = fmt::format("{}{} bytes follow this block of {}; their CRC-32 is {:08x}.\n",
                                  user_block_magic, length, user_block_size, crc);
  block.resize(user_block_size, '\0');
  return block;
}

Hdf5Writer::Hdf5Writer(const fs::path& path) : shown_(path) {
  silence();
  const Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_core(access, std::size_t{1} << 20, false);
  const Handle creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose);
  H5Pset_userblock(creation, user_block_size);
  H5Pset_obj_track_times(creation, false);  // the same content makes the same bytes
  // The name never reaches the disk, but HDF5 refuses two open files of one name.
  file_ = H5Fcreate(fmt::format("wfm {}", static_cast<const void*>(this)).c_str(), H5F_ACC_TRUNC, creation,
                    access);
  if (file_ < 0) throw ResourceProblem(fmt::format("{}: HDF5 cannot make a file in memory", shown(path)));
}

Hdf5Writer::~Hdf5Writer() {
  H5Fclose(file_);
}

void Hdf5Writer::fail(const std::string& object, const std::string& what) const {
  throw ResourceProblem(fmt::format("{}: {}: {}", shown(shown_), printable(object), what));
}

std::string Hdf5Writer::image() {
  const ssize_t length = H5Fflush(file_, H5F_SCOPE_GLOBAL) < 0 ? -1 : H5Fget_file_image(file_, nullptr, 0);
  if (length < 0) fail("/", "HDF5 cannot finish the file");
  std::string bytes(std::size_t(length), '\0');
  if (H5Fget_file_image(file_, bytes.data(), bytes.size()) < 0) fail("/", "HDF5 cannot finish the file");
  return bytes;
}

void Hdf5Writer::group(const std::string& path) {
  const Handle creation(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation, false);
  const Handle made(H5Gcreate2(file_, path.c_str(), H5P_DEFAULT, creation, H5P_DEFAULT), H5Gclose);
  if (made < 0) fail(path, "cannot make the group");
}

void Hdf5Writer::scalar(const std::string& object, const std::string& name, std::int64_t file_type,
                        std::int64_t memory_type, const void* value) {
  const Handle owner(H5Oopen(file_, object.c_str(), H5P_DEFAULT), H5Oclose);
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute(H5Acreate2(owner, name.c_str(), file_type, space, H5P_DEFAULT, H5P_DEFAULT),
                         H5Aclose);
  if (attribute < 0 || H5Awrite(attribute, memory_type, value) < 0)
    fail(attribute_of(object, name), "cannot write");
}

void Hdf5Writer::set(const std::string& object, const std::string& name, double value) {
  scalar(object, name, Stored<double>::file(), Stored<double>::memory(), &value);
}

void Hdf5Writer::set(const std::string& object, const std::string& name, std::int64_t value) {
  scalar(object, name, Stored<std::int64_t>::file(), Stored<std::int64_t>::memory(), &value);
}

void Hdf5Writer::set(const std::string& object, const std::string& name, std::uint64_t value) {
  scalar(object, name, Stored<std::uint64_t>::file(), Stored<std::uint64_t>::memory(), &value);
}

void Hdf5Writer::set(const std::string& object, const std::string& name, bool value) {
  const std::uint8_t stored = value ? 1 : 0;
  scalar(object, name, Stored<std::uint8_t>::file(), Stored<std::uint8_t>::memory(), &stored);
}

void Hdf5Writer::set(const std::string& object, const std::string& name, std::string_view value) {
  if (value.size() > longest_attribute)
    throw InvalidInput(fmt::format("{}: {}: a text attribute has at most {} bytes, got {}", shown(shown_),
                                   attribute_of(object, name), longest_attribute, value.size()));
  const Handle type(text_type(value.size()), H5Tclose);
  const std::string bytes = value.empty() ? std::string(1, '\0') : std::string(value);
  scalar(object, name, type, type, bytes.data());
}

template <class T>
void Hdf5Writer::array(const std::string& dataset, std::span<const T> values, const Shape& shape) {
  if (product(shape) != values.size())
    throw InvalidInput(fmt::format("{}: {}: shape {} does not hold {} values", shown(shown_), dataset,
                                   text_of(shape), values.size()));
  const std::vector<hsize_t> sizes(shape.begin(), shape.end());
  const Handle space(H5Screate_simple(int(sizes.size()), sizes.data(), nullptr), H5Sclose);
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation, false);
  if (values.size_bytes() >= deflate_from) {
    // Chunks of whole rows, about chunk_bytes each.
    std::vector<hsize_t> chunk = sizes;
    std::size_t room = chunk_bytes / sizeof(T);
    for (auto size = chunk.rbegin(); size != chunk.rend(); ++size) {
      *size = std::clamp<hsize_t>(room, 1, *size);
      room /= std::size_t(*size);
    }
    H5Pset_chunk(creation, int(chunk.size()), chunk.data());
    if (sizeof(T) > 1) H5Pset_shuffle(creation);
    H5Pset_deflate(creation, 1);
  }
  const Handle made(
      H5Dcreate2(file_, dataset.c_str(), Stored<T>::file(), space, H5P_DEFAULT, creation, H5P_DEFAULT),
      H5Dclose);
  if (made < 0 || H5Dwrite(made, Stored<T>::memory(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
    fail(dataset, "cannot write");
}

void Hdf5Writer::text(const std::string& dataset, std::string_view value) {
  const Handle type(text_type(value.size()), H5Tclose);
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle creation(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  H5Pset_obj_track_times(creation, false);
  const Handle made(H5Dcreate2(file_, dataset.c_str(), type, space, H5P_DEFAULT, creation, H5P_DEFAULT),
                    H5Dclose);
  const std::string bytes = value.empty() ? std::string(1, '\0') : std::string(value);
  if (made < 0 || H5Dwrite(made, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()) < 0)
    fail(dataset, "cannot write");
}

template void Hdf5Writer::array<double>(const std::string&, std::span<const double>, const Shape&);
template void Hdf5Writer::array<float>(const std::string&, std::span<const float>, const Shape&);
template void Hdf5Writer::array<std::int64_t>(const std::string&, std::span<const std::int64_t>,
                                              const Shape&);
template void Hdf5Writer::array<std::int32_t>(const std::string&, std::span<const std::int32_t>,
                                              const Shape&);
template void Hdf5Writer::array<std::int8_t>(const std::string&, std::span<const std::int8_t>, const Shape&);
template void Hdf5Writer::array<std::uint64_t>(const std::string&, std::span<const std::uint64_t>,
                                               const Shape&);
template void Hdf5Writer::array<std::uint8_t>(const std::string&, std::span<const std::uint8_t>,
                                              const Shape&);

void write_hdf5(const fs::path& path, std::string_view format, int format_version,
                const std::function<void(Hdf5Writer&)>& fill) {
  check_writable(path);
  std::string body;
  {
    Hdf5Writer writer(path);
    writer.set("/", "format", format);
    writer.set("/", "format_version", format_version);
    writer.set("/", "wfm_version", version);
    fill(writer);
    body = writer.image();
  }
  AtomicFile file(path);
  file.write(user_block(body.size(), crc_of(body)));
  file.write(body);
  file.commit();
}

}  // namespace wfm::io
