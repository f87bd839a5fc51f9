// An array of numbers from a file of another program, before anybody says what it means.
#pragma once

#include <cstddef>
#include <vector>

namespace wfm::io {

struct NumberArray {
  std::vector<std::size_t> shape;
  std::vector<double> values;  // the last index runs fastest, whatever the order in the file
  bool whole = false;          // the file's numbers are integers or truth values (0, 1)
};

}  // namespace wfm::io
