// A learning problem: a machine, the kind of its weights, the patterns to satisfy, and how it was made.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "problems/architecture.hpp"
#include "problems/patterns.hpp"
#include "problems/weights.hpp"

namespace wfm {

/// How an instance came to be: enough to make it again bit for bit (except for data = "file").
struct Recipe {
  std::string data = "storage";     // storage, teacher, random-features, fashion-mnist, file
  std::string inputs = "binary";    // binary: xi = +-1; gaussian: N(0,1); standardised: real pixels
  double alpha = 0;                 // patterns per weight as asked for
  std::uint64_t seed = 0;           // of every random choice
  std::string source;               // file or folder that the data came from, if any
  std::vector<int> classes;         // image data: class of label +1, class of label -1
  double label_noise = 0;           // teacher: probability that a training label is flipped
  double teacher_margin = 0;        // teacher: least stability of the training patterns under the teacher
  std::int64_t train_patterns = 0;  // P
  std::int64_t test_patterns = 0;   // P of the test set
  bool drop_constant = false;       // image data: pixels constant over the training set were left out
  bool odd_inputs = false;          // image data: a constant +1 input follows an even number of pixels
  std::int64_t latent_inputs = 0;   // random features: D, inputs of the teacher; else 0
  std::optional<Architecture> teacher_architecture = {};  // teacher: where it is not the student's own
};

struct Problem {
  Architecture architecture;
  WeightKind weight_kind = WeightKind::binary;
  double margin = 0;  // kappa >= 0 asked of the training patterns
  Patterns train;
  Patterns test;                   // may be empty
  std::optional<Weights> teacher;  // teacher of the student's own architecture
  Recipe recipe;

  double alpha() const { return double(train.count()) / architecture.weights(); }
};

/// Were the inputs drawn independently of each other (storage, teacher)? Those of random features, images and files are
/// correlated, which the central-limit arguments of AMP do not stand.
bool independent_inputs(const Problem& problem);

/// Throws InvalidInput unless architecture, patterns and teacher are valid and fit each other and margin >= 0.
void validate(const Problem& problem);

/// round(alpha * weights), at least 0: the number of training patterns meant by alpha. Throws InvalidInput for negative or
/// non-finite alpha, or for more than 2^53 patterns.
std::size_t pattern_count(double alpha, const Architecture& architecture);

/// Compare the bytes about to be allocated (pattern_bytes) with available_memory(): throws ResourceProblem with both numbers
/// where they do not fit. `what` begins the message.
void require_memory(double bytes, const std::string& what);
double available_memory();  // bytes, from /proc/meminfo; infinite where that cannot be read

}  // namespace wfm
