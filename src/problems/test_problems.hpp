// Small instances that the tests of this folder share.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "problems/problem.hpp"

namespace wfm::test {

/// Name of a parametrised test: INSTANTIATE_TEST_SUITE_P's last argument.
inline std::string case_name(const testing::TestParamInfo<Architecture>& parameter) {
  const Architecture& architecture = parameter.param;
  return std::string(name(architecture.machine)) + (architecture.tree ? "_tree" : "") + "_N" +
         std::to_string(architecture.inputs) + "_K" + std::to_string(architecture.hidden);
}

/// Machines of 5 to 12 weights: odd and even fan-in (ties), trees, one hidden unit, fan-in one.
inline std::vector<Architecture> small_architectures() {
  using enum Machine;
  return {{perceptron, false, 11, 1}, {perceptron, false, 12, 1}, {committee, false, 4, 3},
          {committee, false, 3, 3},   {committee, true, 9, 3},    {committee, true, 12, 3},
          {committee, false, 7, 1},   {committee, true, 5, 5},    {parity, false, 5, 2},
          {parity, false, 4, 3},      {parity, true, 10, 2},      {parity, true, 12, 4}};
}

/// Binary configuration number c: weight i is +1 where bit i is set.
inline Weights configuration(const Architecture& architecture, std::uint64_t c) {
  Weights w{WeightKind::binary, architecture.hidden, architecture.fan_in(), {}};
  for (int i = 0; i < architecture.weights(); ++i) w.values.push_back(c >> i & 1 ? 1 : -1);
  return w;
}

}  // namespace wfm::test
