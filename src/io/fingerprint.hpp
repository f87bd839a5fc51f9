// One number that tells two problems apart.
#pragma once

#include <cstdint>
#include <string>

#include "problems/problem.hpp"

namespace wfm::io {

/// 64-bit hash (FNV-1a over 64-bit words, folded) of all that a run depends on: architecture, weight kind,
/// margin, training inputs and labels. The same on every machine; neither the recipe nor the test patterns
/// count.
std::uint64_t fingerprint(const Problem& problem);

std::string hexadecimal(std::uint64_t value);  // 16 digits

}  // namespace wfm::io
