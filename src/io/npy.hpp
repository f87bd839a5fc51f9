// NumPy's .npy: "\x93NUMPY", version (major, minor), length of the header (2 bytes in version 1, 4 in 2 and 3, little-endian),
// a header such as
//   {'descr': '<f8', 'fortran_order': False, 'shape': (9, 785), }
// and the numbers. Format: numpy.lib.format in NumPy's documentation.
#pragma once

#include <filesystem>
#include <string_view>

#include "io/number_array.hpp"

namespace wfm::io {

inline constexpr std::string_view npy_magic = "\x93NUMPY";

/// Versions 1 to 3, little-endian or single bytes: float32, float64, int8 to int64, uint8 to uint64, bool; C and Fortran order, any
/// number of dimensions; gzip is undone. Integers beyond 2^53 lose their last digits. Throws ResourceProblem where the file cannot
/// be read or does not fit into memory, InvalidInput that begins with the file for everything else: another version or type, a
/// damaged header, missing or superfluous bytes.
NumberArray read_npy(const std::filesystem::path& path);

}  // namespace wfm::io
