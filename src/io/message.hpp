// What all error messages of this folder share: one line, whatever strange bytes a file or its name holds.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace wfm::io {

/// `text` on one line of at most 200 bytes: control characters become '?', the rest is cut with "...".
std::string printable(std::string_view text);

/// A path as messages show it.
std::string shown(const std::filesystem::path& path);

}  // namespace wfm::io
