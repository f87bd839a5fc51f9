// Lists as text: "0.1,0.2,0.5", a range "first:last:step", or a mix.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace wfm::experiments {

/// A list argument: "0.1,0.2,0.5" or a range "first:last:step" (both ends included, as far as the step reaches) or a mix.
/// Throws InvalidInput that names the option and the part that is no number, a zero or wrong-signed step, more than 10^6 values.
std::vector<double> parse_list(const std::string& text, const std::string& option);

/// The parts between commas, as they are; one empty part for an empty text.
std::vector<std::string> split_list(const std::string& text);

/// As parse_list, where a part may also be one of `words`: it becomes the number beside it.
std::vector<double> parse_list_with_words(const std::string& text, const std::string& option,
                                          const std::vector<std::pair<std::string, double>>& words);

}  // namespace wfm::experiments
