// Settings in a TOML file: keys with plain values or lists, at the top or in one level of tables.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace wfm::io {

enum class SettingKind { text, whole, number, boolean, list };

struct Setting {
  std::string table;  // empty at the top of the file
  std::string key;
  SettingKind kind;
  std::string text;  // the value as a command line has it; a list is its parts with commas between
  std::size_t line;
};

/// "text", "a whole number", "a number", "true or false" or "a list", for messages.
const char* name(SettingKind kind);

/// In the order of the file. Throws InvalidInput, with file and line, for a file that cannot be read or is no TOML, tables in tables,
/// dates, and lists of anything but numbers and text.
std::vector<Setting> read_settings(const std::filesystem::path& path);

/// A text as a TOML string.
std::string toml_string(const std::string& text);

}  // namespace wfm::io
