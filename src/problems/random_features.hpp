// Random features: a student that sees the signs of N random projections of D inputs, labelled by a teacher that sees the inputs.
//   xi[a][i] = sign( (1/sqrt D) sum_j F[i][j] x[a][j] ),  F[i][j] ~ N(0,1),  x[a][j] = +-1 with probability one half            (RF.1)
//   sigma[a] = sign( (1/sqrt D) sum_j wt[j] x[a][j] ),  sign(0) = +1
// Input x of pattern a comes from the stream (seed, patterns, a), of test pattern a from (seed, test_patterns, a), feature i from
// (seed, features, i), the teacher wt from (seed, teacher): problems of one seed that differ in N alone share inputs, labels and the
// features that both have. [O22]
#pragma once

#include <cstdint>

#include "problems/problem.hpp"

namespace wfm {

struct RandomFeaturesParams {
  int latent_inputs = 0;          // D >= 1; odd ones leave no tie with a binary teacher
  std::size_t patterns = 0;       // P
  std::uint64_t seed = 0;         // of inputs, features and teacher
  double margin = 0;              // kappa asked of the training patterns
  std::size_t test_patterns = 0;  // fresh patterns for testing
};

/// `architecture` is the student's, with N = architecture.inputs features; the teacher is a perceptron with weights of the same kind.
/// `Problem::teacher` stays empty: its shape is another one. Throws InvalidInput for an invalid architecture or margin or D < 1,
/// and ResourceProblem, before anything is allocated, where memory is short.
Problem make_random_features(const Architecture& architecture, WeightKind weight_kind,
                             const RandomFeaturesParams& params);

}  // namespace wfm
