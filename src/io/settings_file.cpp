#include "io/settings_file.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "io/message.hpp"
#include "math/error.hpp"

namespace wfm::io {

namespace fs = std::filesystem;

namespace {

std::size_t line_of(const toml::source_region& source) {
  return source.begin.line;
}

[[noreturn]] void refuse(const fs::path& path, const toml::node& node, const std::string& what) {
  throw InvalidInput(fmt::format("{}:{}: {}", shown(path), line_of(node.source()), what));
}

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  require(file.is_open() && !fs::is_directory(path),
          fmt::format("{}: no such file, or none that can be read", shown(path)));
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  require(!file.bad(), fmt::format("{}: cannot be read", shown(path)));
  return text;
}

// A number with a fraction keeps its point, so that 10.0 is no whole number.
std::string text_of(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* whole = node.as_integer()) return fmt::format("{}", whole->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{:#}", number->get());
  return node.as_boolean()->get() ? "true" : "false";
}

Setting setting_of(const fs::path& path, const std::string& table, const std::string& key,
                   const toml::node& node) {
  const auto setting = [&](SettingKind kind, std::string text) {
    return Setting{table, key, kind, std::move(text), line_of(node.source())};
  };
  if (node.is_string()) return setting(SettingKind::text, text_of(node));
  if (node.is_integer()) return setting(SettingKind::whole, text_of(node));
  if (node.is_floating_point()) return setting(SettingKind::number, text_of(node));
  if (node.is_boolean()) return setting(SettingKind::boolean, text_of(node));
  if (node.is_table()) refuse(path, node, key + ": a table is no value");
  if (!node.is_array()) refuse(path, node, key + ": a date is no value");
  std::string list;
  for (const toml::node& part : *node.as_array()) {
    if (!part.is_number() && !part.is_string())
      refuse(path, part, key + ": a list holds numbers or text only");
    if (!list.empty()) list += ',';
    list += text_of(part);
  }
  return setting(SettingKind::list, list);
}

toml::table parsed(const fs::path& path) {
  const std::string text = contents(path);
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw InvalidInput(fmt::format("{}:{}: no TOML: {}", shown(path), line_of(error.source()),
                                   printable(error.description())));
  }
}

}  // namespace

const char* name(SettingKind kind) {
  switch (kind) {
    case SettingKind::text:
      return "text";
    case SettingKind::whole:
      return "a whole number";
    case SettingKind::number:
      return "a number";
    case SettingKind::boolean:
      return "true or false";
    case SettingKind::list:
      return "a list";
  }
  return "";
}

std::vector<Setting> read_settings(const fs::path& path) {
  std::vector<Setting> settings;
  for (const auto& [key, node] : parsed(path)) {
    const std::string at_top(key.str());
    if (const toml::table* table = node.as_table(); table != nullptr) {
      for (const auto& [own_key, value] : *table)
        settings.push_back(setting_of(path, at_top, std::string(own_key.str()), value));
    } else {
      settings.push_back(setting_of(path, "", at_top, node));
    }
  }
  std::stable_sort(settings.begin(), settings.end(),
                   [](const Setting& a, const Setting& b) { return a.line < b.line; });
  return settings;
}

std::string toml_string(const std::string& text) {
  std::ostringstream out;
  out << toml::toml_formatter(toml::value<std::string>(text), toml::format_flags::none);
  return out.str();
}

}  // namespace wfm::io
