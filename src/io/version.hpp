// The version that every file of ours carries.
#pragma once

#include <string_view>

namespace wfm::io {

inline constexpr std::string_view program_version = "0.1.0";  // of wfm; the same as in CMakeLists.txt

}  // namespace wfm::io
