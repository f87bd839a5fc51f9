// Weights as plain text, in the two forms that people have:
//   rows      one hidden unit a line, numbers separated by blanks; '#' begins a comment line
//   messages  what the message-passing programs of the field write (focusing BP for committees with binary weights, in Julia):
//                 fmt: tanh|plain
//                 N,K,M: N K M                     inputs, hidden units, patterns
//                 NAME[k]... v_1 ... v_N           one line an array; the total fields of unit k are mw[k], k = 1 ... K
//                 END
//             In "tanh" the numbers are fields h = atanh m, in "plain" magnetisations m: the weights are their signs either way.
// gzip is recognised by content.
#pragma once

#include <filesystem>

#include "io/number_array.hpp"

namespace wfm::io {

/// Rows as a K x n array. Throws ResourceProblem where the file cannot be read, InvalidInput that begins with FILE:LINE for an entry
/// that is not a finite number or a row of another length, and for a file without entries.
NumberArray read_text_weights(const std::filesystem::path& path);

/// Does the file begin as a file of messages does?
bool is_message_file(const std::filesystem::path& path);

struct MessageWeights {
  NumberArray signs;          // K x N: +-1, +1 for a field of zero
  std::size_t patterns = 0;   // M, of the instance that the messages belong to
  std::size_t undecided = 0;  // fields that are zero
};

/// The weights of a file of messages. Throws as above; also where a line mw[k] is missing, twice there or of another length, and
/// where the file ends without END.
MessageWeights read_message_weights(const std::filesystem::path& path);

}  // namespace wfm::io
