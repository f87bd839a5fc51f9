#include "landscape/local_energy.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/parallel.hpp"
#include "math/random.hpp"
#include "math/statistics.hpp"
#include "problems/evaluation.hpp"

namespace wfm::landscape {

namespace {

// Sums w.xi[a] of several configurations of the machine at once.
class UnitSums {
 public:
  UnitSums(const Architecture& architecture, const Patterns& patterns)
      : architecture_(architecture), patterns_(&patterns) {
    if (patterns.binary() && architecture.fan_in() != architecture.inputs)
      for (int k = 0; k < architecture.hidden; ++k)
        own_.push_back(
            std::get<BitMatrix>(patterns.inputs)
                .columns(std::size_t(architecture.first_input(k)), std::size_t(architecture.fan_in())));
  }

  std::size_t per_configuration() const { return patterns_->count() * std::size_t(architecture_.hidden); }

  // w: configurations x K x n; sums[(c K + k) P + a]
  void operator()(std::span<const double> w, std::span<double> sums) const {
    const std::size_t K = std::size_t(architecture_.hidden), n = std::size_t(architecture_.fan_in()),
                      P = patterns_->count(), units = w.size() / n;
    if (P == 0) return;
    if (patterns_->binary()) {
      for (std::size_t u = 0; u < units; ++u)
        wfm::multiply(own_.empty() ? std::get<BitMatrix>(patterns_->inputs) : own_[u % K],
                      w.subspan(u * n, n), sums.subspan(u * P, P));
      return;
    }
    using Stride = Eigen::OuterStride<>;
    const RealMatrix& X = std::get<RealMatrix>(patterns_->inputs);
    const std::size_t parts = architecture_.tree ? K : 1;
    for (std::size_t k = 0; k < parts; ++k) {
      const Eigen::Index rows = Eigen::Index(units / parts);
      const Eigen::Map<const RealMatrix, 0, Stride> W(w.data() + k * n, rows, Eigen::Index(n),
                                                      Stride(Eigen::Index(parts * n)));
      Eigen::Map<Eigen::MatrixXd, 0, Stride> out(sums.data() + k * P, Eigen::Index(P), rows,
                                                 Stride(Eigen::Index(parts * P)));
      out.noalias() = X.middleCols(Eigen::Index(parts > 1 ? k * n : 0), Eigen::Index(n)) * W.transpose();
    }
  }

 private:
  Architecture architecture_;
  const Patterns* patterns_;
  std::vector<BitMatrix> own_;
};

// Errors of the machine whose preactivations, up to positive factors, are h0[k P + a] + s h1[k P + a].
std::size_t errors_of(const Architecture& architecture, const Patterns& patterns, std::span<const double> h0,
                      double s, std::span<const double> h1) {
  const std::size_t P = patterns.count(), K = std::size_t(architecture.hidden);
  constexpr std::size_t block = 1024;
  int negative[block];
  std::size_t errors = 0;
  for (std::size_t first = 0; first < P; first += block) {
    const std::size_t count = std::min(block, P - first);
    std::fill(negative, negative + count, 0);
    for (std::size_t k = 0; k < K; ++k) {
      const double *x = &h0[k * P + first], *y = &h1[k * P + first];
      for (std::size_t a = 0; a < count; ++a) negative[a] += x[a] + s * y[a] < 0 ? 1 : 0;
    }
    const std::int8_t* labels = &patterns.labels[first];
    if (architecture.machine == Machine::parity)
      for (std::size_t a = 0; a < count; ++a) errors += (negative[a] % 2 == 1) != (labels[a] < 0);
    else
      for (std::size_t a = 0; a < count; ++a)
        errors += (2 * negative[a] > architecture.hidden) != (labels[a] < 0);
  }
  return errors;
}

std::vector<double> disturbance(std::size_t weights, const LocalEnergyParams& params, std::size_t sample) {
  RandomStream random(params.seed, Purpose::measurement, sample);
  std::vector<double> z(weights);
  for (double& x : z) x = random.normal();
  return z;
}

// The weights in the order in which a sample flips them.
std::vector<std::uint32_t> flip_order(std::size_t weights, const LocalEnergyParams& params,
                                      std::size_t sample) {
  RandomStream random(params.seed, Purpose::measurement, sample);
  std::vector<std::uint32_t> order(weights);
  std::iota(order.begin(), order.end(), 0U);
  shuffle(std::span(order), random);
  return order;
}

std::size_t flips_at(double fraction, std::size_t weights) {
  return std::size_t(std::llround(fraction * double(weights)));
}

void require_common(const LocalEnergyParams& params) {
  require(params.samples >= 1,
          fmt::format("local energy: samples must be at least 1, given {}", params.samples));
}

void require_noise(std::span<const double> noise, const LocalEnergyParams& params) {
  require_common(params);
  for (const double s : noise)
    require(s >= 0 && std::isfinite(s),
            fmt::format("local energy: a noise must be at least 0 and finite, given {}", s));
}

void require_flips(const Weights& weights, std::span<const double> fractions,
                   const LocalEnergyParams& params) {
  require_common(params);
  require(weights.kind == WeightKind::binary,
          fmt::format("local energy: flips need binary weights, given {}", name(weights.kind)));
  for (const double d : fractions)
    require(d >= 0 && d <= 1,
            fmt::format("local energy: a fraction of flips must lie in [0, 1], given {}", d));
}

// errors[sample * levels + level], summed in a fixed order
LocalEnergy statistics(std::size_t patterns, std::size_t reference_errors, std::span<const double> levels,
                       const std::vector<std::size_t>& errors) {
  LocalEnergy result{patterns, reference_errors, {}};
  const std::size_t samples = levels.empty() ? 0 : errors.size() / levels.size();
  std::vector<double> increase(samples);
  for (std::size_t l = 0; l < levels.size(); ++l) {
    double total = 0;
    for (std::size_t r = 0; r < samples; ++r) {
      const double count = double(errors[r * levels.size() + l]);
      total += count;
      increase[r] = (count - double(reference_errors)) / double(patterns);
    }
    const MeanAndError mean = mean_and_error(increase);
    result.points.push_back({levels[l], total / double(samples), mean.mean, mean.standard_error});
  }
  return result;
}

// measure(sample, errors of its levels) for all samples
template <class Measure>
LocalEnergy over_samples(const Patterns& patterns, std::size_t reference_errors,
                         std::span<const double> levels, const LocalEnergyParams& params,
                         const Measure& measure) {
  std::vector<std::size_t> errors(std::size_t(params.samples) * levels.size());
  parallel_for(std::size_t(params.samples), params.threads, [&](std::size_t r) {
    measure(r, std::span(errors).subspan(r * levels.size(), levels.size()));
  });
  return statistics(patterns.count(), reference_errors, levels, errors);
}

}  // namespace

LocalEnergy noise_energy(const Architecture& architecture, const Weights& weights, const Patterns& patterns,
                         std::span<const double> noise, const LocalEnergyParams& params) {
  require_noise(noise, params);
  const std::size_t reference = count_errors(architecture, weights, patterns);
  const UnitSums sums(architecture, patterns);
  std::vector<double> h0(sums.per_configuration());
  sums(weights.values, h0);
  return over_samples(patterns, reference, noise, params,
                      [&](std::size_t sample, std::span<std::size_t> errors) {
                        std::vector<double> direction = disturbance(weights.values.size(), params, sample);
                        for (std::size_t i = 0; i < direction.size(); ++i) direction[i] *= weights.values[i];
                        std::vector<double> h1(h0.size());
                        sums(direction, h1);
                        for (std::size_t l = 0; l < noise.size(); ++l)
                          errors[l] = errors_of(architecture, patterns, h0, noise[l], h1);
                      });
}

LocalEnergy flip_energy(const Architecture& architecture, const Weights& weights, const Patterns& patterns,
                        std::span<const double> fractions, const LocalEnergyParams& params) {
  require_flips(weights, fractions, params);
  const std::size_t reference = count_errors(architecture, weights, patterns), M = weights.values.size();
  const UnitSums sums(architecture, patterns);
  // enough configurations at a time for an efficient product
  const std::size_t together = std::max<std::size_t>(1, 64 / std::size_t(architecture.hidden));
  return over_samples(
      patterns, reference, fractions, params, [&](std::size_t sample, std::span<std::size_t> errors) {
        const auto order = flip_order(M, params, sample);
        for (std::size_t first = 0; first < fractions.size(); first += together) {
          const std::size_t count = std::min(together, fractions.size() - first);
          std::vector<double> flipped(count * M), h(count * sums.per_configuration());
          for (std::size_t c = 0; c < count; ++c) {
            const std::span<double> w = std::span(flipped).subspan(c * M, M);
            std::copy(weights.values.begin(), weights.values.end(), w.begin());
            for (std::size_t j = 0; j < flips_at(fractions[first + c], M); ++j) w[order[j]] *= -1;
          }
          sums(flipped, h);
          for (std::size_t c = 0; c < count; ++c) {
            const auto one = std::span(h).subspan(c * sums.per_configuration(), sums.per_configuration());
            errors[first + c] = errors_of(architecture, patterns, one, 0, one);
          }
        }
      });
}

LocalEnergy noise_energy_readable(const Architecture& architecture, const Weights& weights,
                                  const Patterns& patterns, std::span<const double> noise,
                                  const LocalEnergyParams& params) {
  require_noise(noise, params);
  const std::size_t reference = count_errors(architecture, weights, patterns);
  return over_samples(patterns, reference, noise, params,
                      [&](std::size_t sample, std::span<std::size_t> errors) {
                        const auto z = disturbance(weights.values.size(), params, sample);
                        for (std::size_t l = 0; l < noise.size(); ++l) {
                          Weights disturbed = weights;
                          disturbed.kind = WeightKind::spherical;  // real values
                          for (std::size_t i = 0; i < z.size(); ++i)
                            disturbed.values[i] *= 1 + noise[l] * z[i];
                          errors[l] = count_errors(architecture, disturbed, patterns);
                        }
                      });
}

LocalEnergy flip_energy_readable(const Architecture& architecture, const Weights& weights,
                                 const Patterns& patterns, std::span<const double> fractions,
                                 const LocalEnergyParams& params) {
  require_flips(weights, fractions, params);
  const std::size_t reference = count_errors(architecture, weights, patterns);
  return over_samples(patterns, reference, fractions, params,
                      [&](std::size_t sample, std::span<std::size_t> errors) {
                        const auto order = flip_order(weights.values.size(), params, sample);
                        for (std::size_t l = 0; l < fractions.size(); ++l) {
                          Weights flipped = weights;
                          for (std::size_t j = 0; j < flips_at(fractions[l], order.size()); ++j)
                            flipped.values[order[j]] *= -1;
                          errors[l] = count_errors(architecture, flipped, patterns);
                        }
                      });
}

}  // namespace wfm::landscape
