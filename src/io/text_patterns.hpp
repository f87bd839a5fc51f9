// Plain text patterns: one pattern a line, entries +-1 or reals separated by blanks; labels in a file of
// their own, one +-1 a line. Empty lines and lines that begin with '#' are skipped; gzip is recognised by
// content.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "problems/patterns.hpp"

namespace wfm::io {

/// Patterns with +-1 entries are packed, others real. Labels are all +1 unless a label file is given. Throws
/// ResourceProblem where a file cannot be read, InvalidInput that begins with FILE:LINE for an entry that is
/// not a finite number, a line of another length or a label other than +-1, and where the file is empty or
/// the number of labels differs.
Patterns read_text_patterns(const std::filesystem::path& patterns,
                            const std::optional<std::filesystem::path>& labels = std::nullopt);

/// Writes what read_text_patterns reads back bit for bit (reals with the digits they need); gzip where the
/// name ends in ".gz". Whole or not at all.
void write_text_patterns(const std::filesystem::path& path, const Patterns& patterns);
void write_text_labels(const std::filesystem::path& path, std::span<const std::int8_t> labels);

}  // namespace wfm::io
