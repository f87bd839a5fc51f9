#include "landscape/slice_share.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "math/error.hpp"
#include "math/parallel.hpp"
#include "math/random.hpp"
#include "math/statistics.hpp"
#include "problems/evaluation.hpp"

namespace wfm::landscape {

namespace {

constexpr int parts = 32;
constexpr std::size_t enough = 10;

class SlicePoints {
 public:
  SlicePoints(const Weights& reference, double S, RandomStream random)
      : reference_(reference),
        n_(double(reference.fan_in)),
        width_((1 - S * S) / std::sqrt(n_ * (1 + S * S))),
        overlaps_(std::size_t(reference.hidden), S),
        point_(reference),
        random_(random) {
    for (int t = 0; t < 50; ++t) move_overlaps();
  }

  const Weights& next() {
    move_overlaps();
    for (int k = 0; k < reference_.hidden; ++k) draw_unit(k);
    return point_;
  }

 private:
  // pairs by Metropolis, the sum kept
  void move_overlaps() {
    const std::size_t K = overlaps_.size();
    if (K == 1) return;
    for (std::size_t t = 0; t < 10 * K; ++t) {
      const std::size_t j = random_.below(K), k = (j + 1 + random_.below(K - 1)) % K;
      const double moved = 2 * width_ * random_.normal();
      const double a = overlaps_[j] + moved, b = overlaps_[k] - moved;
      if (std::abs(a) >= 1 || std::abs(b) >= 1) continue;
      const double log_ratio =
          (n_ - 3) / 2 *
          (std::log1p(-a * a) + std::log1p(-b * b) - std::log1p(-overlaps_[j] * overlaps_[j]) -
           std::log1p(-overlaps_[k] * overlaps_[k]));
      if (!(random_.uniform() < std::exp(log_ratio))) continue;
      overlaps_[j] = a;
      overlaps_[k] = b;
    }
  }

  void draw_unit(int k) {
    const auto wt = reference_.unit(k);
    const auto w = point_.unit(k);
    for (double& x : w) x = random_.normal();
    const double along = std::inner_product(wt.begin(), wt.end(), w.begin(), 0.0) / n_;
    double square = 0;
    for (std::size_t i = 0; i < w.size(); ++i) {
      w[i] -= along * wt[i];
      square += w[i] * w[i];
    }
    const double s = overlaps_[std::size_t(k)], scale = std::sqrt((1 - s * s) * n_ / square);
    for (std::size_t i = 0; i < w.size(); ++i) w[i] = s * wt[i] + scale * w[i];
  }

  const Weights& reference_;
  double n_, width_;
  std::vector<double> overlaps_;
  Weights point_;
  RandomStream random_;
};

}  // namespace

SliceShare slice_share(const Problem& problem, const Weights& reference, double distance,
                       const SliceShareParams& params) {
  require(distance > 0 && distance < 1,
          fmt::format("slice share: a distance must lie in (0, 1), got {}", distance));
  require(params.samples >= parts,
          fmt::format("slice share: samples must be at least {}, got {}", parts, params.samples));
  require(reference.kind == WeightKind::spherical && problem.weight_kind == WeightKind::spherical,
          "slice share: weights must be spherical");
  require(reference.fan_in >= 3,
          fmt::format("slice share: a fan-in of at least 3 is needed, got {}", reference.fan_in));
  validate(reference);

  std::vector<double> shares(parts);
  std::vector<std::size_t> solutions(parts);
  parallel_for(parts, params.threads, [&](std::size_t part) {
    SlicePoints points(reference, 1 - 2 * distance, RandomStream(params.seed, Purpose::measurement, part));
    const int samples = params.samples / parts + (int(part) < params.samples % parts ? 1 : 0);
    for (int s = 0; s < samples; ++s) solutions[part] += training_errors(problem, points.next()) == 0;
    shares[part] = double(solutions[part]) / samples;
  });

  SliceShare result;
  result.solutions = std::accumulate(solutions.begin(), solutions.end(), std::size_t{0});
  result.sampled = result.solutions >= enough;
  if (!result.sampled) {
    result.normalised = result.standard_error = std::numeric_limits<double>::quiet_NaN();
    result.reason = fmt::format("{} of {} random points are solutions", result.solutions, params.samples);
    return result;
  }
  const double M = double(reference.values.size());
  const double share = double(result.solutions) / params.samples;
  result.normalised = std::log(share) / M;
  result.standard_error = mean_and_error(shares).standard_error / share / M;
  return result;
}

}  // namespace wfm::landscape
