// Local energy: the mean increase of the error rate of the sign machine when its weights are disturbed at random.
//   noise s:     w_i -> w_i (1 + s z_i),  z_i independent standard normal                                              (LEN.1) [P21]
//   flips d:     round(d M) of the M weights change sign, drawn without replacement (binary weights)                   (LEN.2)
// The disturbed weights are not put back onto their spheres: signs of preactivations do not see the norm. Errors are those of
// sign(field), margin 0.
// Common random numbers: a sample's z, or its order of flips, is the same for all levels, and for all configurations of one shape that
// share a seed; differences between levels and configurations are less noisy than each by itself.
// Noise costs one product a sample, whatever the number of levels: h(s) = h0 + s h1 with h1 of the weights w_i z_i. Flips cost one a
// level. The estimate is unbiased; its standard error is that over samples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "problems/problem.hpp"

namespace wfm::landscape {

struct LocalEnergyParams {
  int samples = 100;       // >= 1; error bars need two
  std::uint64_t seed = 1;  // of z and of the order of flips
  int threads = 1;         // 0: all processors; the result does not depend on them
};

struct LocalEnergyPoint {
  double level = 0;           // s or d, as given
  double errors = 0;          // mean number of errors
  double error_increase = 0;  // (errors - reference errors)/P; NaN without patterns
  double standard_error = 0;  // of errors/P over the samples; NaN with one sample
};

struct LocalEnergy {
  std::size_t patterns = 0;              // P
  std::size_t reference_errors = 0;      // of the weights themselves
  std::vector<LocalEnergyPoint> points;  // in the order of the levels given
};

/// (LEN.1) at noise levels >= 0, for weights of either kind. Throws InvalidInput for levels or params out of range, or weights that do
/// not fit.
LocalEnergy noise_energy(const Architecture& architecture, const Weights& weights, const Patterns& patterns,
                         std::span<const double> noise, const LocalEnergyParams& params = {});

/// (LEN.2) at fractions in [0, 1]. Throws InvalidInput as above and for weights that are not binary.
LocalEnergy flip_energy(const Architecture& architecture, const Weights& weights, const Patterns& patterns,
                        std::span<const double> fractions, const LocalEnergyParams& params = {});

/// Both again by disturbing a copy of the weights and counting its errors, level by level: slow.
LocalEnergy noise_energy_readable(const Architecture& architecture, const Weights& weights,
                                  const Patterns& patterns, std::span<const double> noise,
                                  const LocalEnergyParams& params = {});
LocalEnergy flip_energy_readable(const Architecture& architecture, const Weights& weights,
                                 const Patterns& patterns, std::span<const double> fractions,
                                 const LocalEnergyParams& params = {});

}  // namespace wfm::landscape
