// Teacher-student problems: random patterns labelled by a random machine.
//   sigma[a] = sign(field of the teacher on xi[a]), flipped with probability label_noise in the training set
// With a margin kappa_r the training patterns are those with |field| >= kappa_r: drawn anew until they have it. The teacher is then a
// planted solution of that margin.
// Patterns as in storage.hpp; test patterns from the streams (seed, test_patterns, a), never noisy; the teacher's weights from
// (seed, teacher): fair signs, or uniform on the spheres.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "math/random.hpp"
#include "problems/problem.hpp"

namespace wfm {

struct TeacherParams {
  double alpha = 0;                      // training patterns per weight of the student
  std::uint64_t seed = 0;                // of teacher, patterns and noise
  double margin = 0;                     // kappa asked of the training patterns
  InputKind inputs = InputKind::binary;  // entries of training and test patterns
  double label_noise = 0;                // probability that a training label is flipped, in [0, 1]
  double teacher_margin = 0;             // kappa_r >= 0, at most 4 and what the machine's field can reach
  std::size_t test_patterns = 0;         // fresh patterns for testing
  std::optional<Architecture> teacher = std::nullopt;  // its architecture; empty: the student's own
};

/// A random configuration from the stream (seed, purpose): fair signs, or each unit uniform on its sphere.
Weights random_weights(const Architecture& architecture, WeightKind kind, std::uint64_t seed,
                       Purpose purpose);

/// The student is `architecture`; teacher and student have the same kind of weights. `Problem::teacher` is set where the teacher's
/// architecture is the student's own. Throws InvalidInput for an invalid architecture, a teacher with another number of inputs, an
/// alpha, a margin or noise out of range, and ResourceProblem, before anything is allocated, where memory is short.
Problem make_teacher_student(const Architecture& architecture, WeightKind weight_kind,
                             const TeacherParams& params);

}  // namespace wfm
