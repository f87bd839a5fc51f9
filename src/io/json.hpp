// JSON text (doubles that round-trip, NaN and infinity as null) and tables of flat rows as CSV.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace wfm::io {

using Json = nlohmann::ordered_json;  // keys stay in the order in which they were added

/// A number, or null where it is NaN or infinite (JSON has neither).
Json number(double value);

/// The number, or NaN for null. Throws InvalidInput for any other kind of value; `where` begins the message.
double number_or_nan(const Json& value, std::string_view where);

/// JSON text; indent < 0: one line. Doubles have the fewest digits that read back bit for bit; bytes that are
/// not UTF-8 are replaced.
std::string to_text(const Json& value, int indent = 2);

/// Throws InvalidInput with one line (where, what the parser said) for text that is not JSON.
Json parse_json(std::string_view text, std::string_view where);

/// Throws ResourceProblem where the file cannot be read, InvalidInput where it is not JSON.
Json read_json(const std::filesystem::path& path);
void write_json(const std::filesystem::path& path, const Json& value);  // whole or not at all

/// A table: `rows` is an array of flat objects; the header is the union of their keys in the order of first
/// appearance; a missing or null value is an empty cell; text is quoted where it has to be (RFC 4180, lines
/// end in "\n"). Throws InvalidInput where a row is not an object or a value not a scalar.
std::string rows_to_csv(const Json& rows);

}  // namespace wfm::io
