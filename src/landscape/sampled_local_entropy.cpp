#include "landscape/sampled_local_entropy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "math/error.hpp"
#include "math/field.hpp"
#include "math/gaussian.hpp"
#include "math/parallel.hpp"
#include "math/random.hpp"
#include "math/statistics.hpp"
#include "problems/evaluation.hpp"
#include "training/error_energy.hpp"

namespace wfm::landscape {

namespace {

/// S and dS/dgamma at every rung, on one way along the ladder.
struct Way {
  std::vector<double> S, slope;
};

/// A walk among the solutions in a field towards the reference.
class Chain {
 public:
  Chain(const training::ErrorEnergy& energy, const Weights& reference, std::uint64_t seed,
        std::uint64_t index)
      : energy_(energy),
        reference_(reference.values.begin(), reference.values.end()),
        configuration_(energy.configuration(reference_)),
        agreeing_(reference_.size()),
        random_(seed, Purpose::measurement, index) {}

  void sweep(double gamma) {
    const std::size_t M = reference_.size();
    for (std::size_t t = 0; t < M; ++t) {
      propose_one(random_.below(M), gamma);
      propose_pair(random_.below(M), random_.below(M));
    }
  }
  double overlap() const { return 2 * double(agreeing_) / double(reference_.size()) - 1; }

 private:
  bool agrees(std::size_t m) const { return configuration_.spins[m] == reference_[m]; }

  void flip(std::size_t m) {
    if (agrees(m))
      --agreeing_;
    else
      ++agreeing_;
    energy_.flip(configuration_, m);
  }

  void propose_one(std::size_t m, double gamma) {
    if (agrees(m) && !(random_.uniform() < std::exp(-2 * gamma))) return;
    if (energy_.change(configuration_, m) == 0) flip(m);
  }

  // w.wt stays; through a configuration in between that may have errors
  void propose_pair(std::size_t m, std::size_t other) {
    if (agrees(m) == agrees(other)) return;
    flip(m);
    const bool solves = double(energy_.errors(configuration_)) + energy_.change(configuration_, other) == 0;
    flip(solves ? other : m);
  }

  const training::ErrorEnergy& energy_;
  training::Spins reference_;
  training::ErrorEnergy::Configuration configuration_;
  std::size_t agreeing_;
  RandomStream random_;
};

/// From gamma_0 down to 0; mean distances without patterns: half apart at gamma = 0, one weight at gamma_0, evenly in ln d.
std::vector<double> ladder(int fields, std::size_t M) {
  std::vector<double> gammas;
  const double nearest = 1.0 / double(M);
  for (int j = 0; j < fields; ++j) {
    const double d = nearest * std::pow(0.5 / nearest, double(j) / (fields - 1));
    gammas.push_back(j + 1 == fields ? 0 : std::atanh(1 - 2 * d));
  }
  return gammas;
}

struct ShareOfSolutions {
  double log_share = 0, standard_error = 0;  // of ln s_0
};
ShareOfSolutions share_at(const Problem& problem, const Weights& reference, double gamma,
                          const SampledLocalEntropyParams& params) {
  const double flips = 0.5 * (1 - std::tanh(gamma));
  std::vector<char> solved(std::size_t(params.draws));
  parallel_for(solved.size(), params.threads, [&](std::size_t draw) {
    RandomStream random(params.seed, Purpose::measurement, (std::uint64_t{1} << 40) + draw);
    Weights w = reference;
    for (double& x : w.values)
      if (random.uniform() < flips) x = -x;
    solved[draw] = training_errors(problem, w) == 0;
  });
  const double n = double(solved.size()), share = double(std::count(solved.begin(), solved.end(), 1)) / n;
  return {std::log(share), std::sqrt((1 - share) / (share * n))};
}

/// (1/M) ln Z at every rung but for the constant (1/M) ln s_0.
std::vector<double> integrated(const std::vector<double>& gammas, const Way& way) {
  std::vector<double> log_Z{log_2cosh(gammas[0])};
  for (std::size_t j = 1; j < gammas.size(); ++j) {
    const auto excess = [&](std::size_t i) { return way.S[i] - std::tanh(gammas[i]); };
    const auto slope = [&](std::size_t i) { return way.slope[i] - variance_of_field(gammas[i]); };
    const double step = gammas[j - 1] - gammas[j];
    const double integral =
        step / 2 * (excess(j - 1) + excess(j)) - step * step / 12 * (slope(j - 1) - slope(j));
    const double below = log_Z.back() - log_2cosh(gammas[j - 1]) - integral;
    log_Z.push_back(log_2cosh(gammas[j]) + below);
  }
  return log_Z;
}

/// min over gamma of (1/M) ln Z - gamma S, to second order around the rung whose overlap is nearest.
struct Legendre {
  double entropy = 0, gamma = 0;
};
Legendre legendre(const std::vector<double>& gammas, const std::vector<double>& log_Z, const Way& way,
                  double S) {
  std::size_t nearest = 0;
  for (std::size_t j = 1; j < gammas.size(); ++j)
    if (std::abs(way.S[j] - S) < std::abs(way.S[nearest] - S)) nearest = j;
  const double missing = S - way.S[nearest], slope = way.slope[nearest];
  const double correction = slope > 0 ? missing / slope : 0;
  return {log_Z[nearest] - gammas[nearest] * S - 0.5 * missing * correction, gammas[nearest] + correction};
}

/// Mean of the ways' S and slopes.
Way average(std::span<const Way> ways) {
  Way mean{std::vector<double>(ways[0].S.size()), std::vector<double>(ways[0].S.size())};
  for (const Way& way : ways)
    for (std::size_t j = 0; j < mean.S.size(); ++j) {
      mean.S[j] += way.S[j] / double(ways.size());
      mean.slope[j] += way.slope[j] / double(ways.size());
    }
  return mean;
}

void require_valid(const Problem& problem, const Weights& reference, std::span<const double> distances,
                   const SampledLocalEntropyParams& params) {
  for (const double d : distances)
    require(d > 0 && d < 1, fmt::format("sampled local entropy: a distance must lie in (0, 1), got {}", d));
  const auto at_least = [](const char* name, int value, int least) {
    require(value >= least,
            fmt::format("sampled local entropy: {} must be at least {}, got {}", name, least, value));
  };
  at_least("fields", params.fields, 2);
  at_least("sweeps", params.sweeps, 2);
  at_least("settling", params.settling, 0);
  at_least("chains", params.chains, 2);
  at_least("draws", params.draws, 1);
  require(reference.kind == WeightKind::binary && problem.train.binary(),
          "sampled local entropy: weights and inputs must be binary");
  validate(reference);
  const std::size_t errors = training_errors(problem, reference);
  require(errors == 0,
          fmt::format("sampled local entropy: the reference must be a solution, it makes {} errors", errors));
}

}  // namespace

std::vector<SampledLocalEntropyPoint> sampled_local_entropy(const Problem& problem, const Weights& reference,
                                                            std::span<const double> distances,
                                                            const SampledLocalEntropyParams& params) {
  require_valid(problem, reference, distances, params);
  const double M = double(problem.architecture.weights());
  const training::ErrorEnergy energy(problem);
  const std::vector<double> gammas = ladder(params.fields, reference.values.size());
  const std::size_t chains = std::size_t(params.chains), rungs = gammas.size();

  std::vector<Way> ways(2 * chains, {std::vector<double>(rungs), std::vector<double>(rungs)});
  std::vector<char> interrupted(chains);
  parallel_for(chains, params.threads, [&](std::size_t c) {
    Chain chain(energy, reference, params.seed, c);
    for (std::size_t t = 0; t < 2 * rungs && !interrupted[c]; ++t) {
      const std::size_t j = t < rungs ? t : 2 * rungs - 1 - t;  // down, then back
      Way& way = ways[t < rungs ? c : chains + c];
      for (int s = 0; s < params.settling; ++s) chain.sweep(gammas[j]);
      double sum = 0, squares = 0;
      for (int s = 0; s < params.sweeps; ++s) {
        chain.sweep(gammas[j]);
        sum += chain.overlap();
        squares += chain.overlap() * chain.overlap();
      }
      way.S[j] = sum / params.sweeps;
      way.slope[j] = M * (squares / params.sweeps - way.S[j] * way.S[j]);
      interrupted[c] = params.interrupted && params.interrupted();
    }
  });
  const bool stopped = std::find(interrupted.begin(), interrupted.end(), 1) != interrupted.end();

  // each chain's fluctuation of the slope enters the end corrections only; the mean slope serves all
  const Way mean = average(ways);
  for (Way& way : ways) way.slope = mean.slope;
  const ShareOfSolutions share = share_at(problem, reference, gammas[0], params);
  const auto entropy_of = [&](const Way& way, double S) {
    return legendre(gammas, integrated(gammas, way), way, S).entropy + share.log_share / M;
  };
  const std::span<const Way> all(ways);
  const Way down = average(all.first(chains)), back = average(all.last(chains));

  std::vector<SampledLocalEntropyPoint> points;
  for (const double d : distances) {
    SampledLocalEntropyPoint point;
    point.distance = d;
    const double S = 1 - 2 * d;
    point.sampled = !stopped && S <= mean.S.front() && S >= mean.S.back();
    if (!point.sampled) {
      point.entropy = point.standard_error = point.hysteresis = point.gamma =
          std::numeric_limits<double>::quiet_NaN();
      point.reason = stopped ? "interrupted"
                             : fmt::format("the chains went from distance {:.4g} to {:.4g}",
                                           (1 - mean.S.front()) / 2, (1 - mean.S.back()) / 2);
      points.push_back(point);
      continue;
    }
    std::vector<double> of_chain;
    for (std::size_t c = 0; c < chains; ++c)
      of_chain.push_back(0.5 * (entropy_of(ways[c], S) + entropy_of(ways[chains + c], S)));
    point.entropy = entropy_of(mean, S);
    point.standard_error = std::hypot(mean_and_error(of_chain).standard_error, share.standard_error / M);
    point.hysteresis = entropy_of(back, S) - entropy_of(down, S);
    point.gamma = legendre(gammas, integrated(gammas, mean), mean, S).gamma;
    points.push_back(point);
  }
  return points;
}

}  // namespace wfm::landscape
