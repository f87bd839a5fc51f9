// Lists as text: "0.1,0.2,0.5", a range "first:last:step", or a mix.
#pragma once

#include <string>
#include <vector>

namespace wfm::experiments {

/// A list argument: "0.1,0.2,0.5" or a range "first:last:step" (both ends included, as far as the step reaches) or a mix.
/// Throws InvalidInput that names the option and the part that is no number, a zero or wrong-signed step, more than 10^6 values.
std::vector<double> parse_list(const std::string& text, const std::string& option);

}  // namespace wfm::experiments
