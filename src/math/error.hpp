// The two ways in which a call can be refused. The command line turns them into one line and an exit code.
#pragma once

#include <stdexcept>
#include <string>

namespace wfm {

/// Misuse: a rule that the caller's value breaks. The message states the rule, the value given and where
/// (exit code 2).
struct InvalidInput : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// Trouble outside the program: a file that cannot be read or written, memory that is not there
/// (exit code 3).
struct ResourceProblem : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Throws InvalidInput with `message` unless `rule_holds`. The caller builds the message even where the rule
/// holds: use it with fmt::format only in cold code.
inline void require(bool rule_holds, const std::string& message) {
  if (!rule_holds) throw InvalidInput(message);
}

}  // namespace wfm
