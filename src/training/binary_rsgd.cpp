#include "training/binary_rsgd.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "math/error.hpp"
#include "training/batches.hpp"
#include "training/sphere_steps.hpp"

namespace wfm::training {
namespace {

void require(bool holds, const std::string& otherwise) {
  if (!holds) throw InvalidInput("rsgd: " + otherwise);
}

const BinaryRsgdParams& checked(const BinaryRsgdParams& p) {
  const auto positive = [](const char* what, double value) {
    require(value > 0 && std::isfinite(value),
            fmt::format("{} must be > 0 and finite, given {}", what, value));
  };
  require(p.replicas >= 1 && p.replicas <= 10000,
          fmt::format("replicas must lie in [1, 10000], given {}", p.replicas));
  require(p.batch >= 0, fmt::format("batch must be >= 0, given {}", p.batch));
  positive("eta", p.eta);
  positive("eta_factor", p.eta_factor);
  positive("lambda_factor", p.lambda_factor);
  require(p.lambda >= 0 && std::isfinite(p.lambda),
          fmt::format("lambda must be >= 0 and finite, given {}", p.lambda));
  require(p.gamma >= 0, fmt::format("gamma must be >= 0, given {}", p.gamma));
  require(p.gamma_step >= 0 && std::isfinite(p.gamma_step),
          fmt::format("gamma_step must be >= 0 and finite, given {}", p.gamma_step));
  return p;
}

double mean_overlap(const std::vector<BitMatrix>& replicas, const BitMatrix& centre) {
  std::int64_t sum = 0;
  for (const BitMatrix& w : replicas)
    for (std::size_t k = 0; k < w.rows(); ++k) sum += dot(w.row(k), centre.row(k), w.cols());
  return double(sum) / (double(replicas.size()) * double(centre.rows() * centre.cols()));
}

/// votes[m] += by where weight m is +1.
void add_votes(const BitMatrix& w, std::int32_t by, std::span<std::int32_t> votes) {
  for (std::size_t k = 0; k < w.rows(); ++k) {
    const auto row = w.row(k);
    std::int32_t* const unit = votes.data() + k * w.cols();
    for (std::size_t i = 0; i < w.cols(); ++i) unit[i] += by * std::int32_t(row[i / 64] >> (i % 64) & 1);
  }
}

}  // namespace

double centre_force(CentreFormula formula, double gamma, std::int64_t replicas, double c) {
  const double x = c == 0 ? 0 : gamma * double(replicas) * c;
  switch (formula) {
    case CentreFormula::continuous:
      return c;
    case CentreFormula::hard:
      return std::clamp(x, -1.0, 1.0);
    default:
      return std::tanh(x);
  }
}

double own_force(CentreFormula formula, double gamma, std::int64_t replicas) {
  return formula == CentreFormula::corrected ? std::tanh(gamma * double(replicas)) : 1;
}

BinaryRsgd::BinaryRsgd(const Problem& problem, const Params& params)
    : machine_(problem, "rsgd"), params_(checked(params)) {}

std::span<double> BinaryRsgd::replica(State& state, std::size_t r) const {
  return std::span(state.fields).subspan(r * machine_.weights(), machine_.weights());
}

BinaryRsgdState BinaryRsgd::start(RandomStream& random) const {
  const std::size_t M = machine_.weights(), y = std::size_t(params_.replicas);
  State state;
  state.fields.resize(y * M);
  const std::size_t drawn = params_.common_start ? M : y * M;
  for (std::size_t j = 0; j < y * M; ++j) state.fields[j] = j < drawn ? random.sign() : state.fields[j - M];
  if (params_.explicit_centre)
    state.centre.assign(state.fields.begin(), state.fields.begin() + std::ptrdiff_t(M));
  return state;
}

void BinaryRsgd::train(std::span<const std::size_t> batch, double eta, const BitMatrix& signs,
                       std::span<double> h) const {
  std::vector<int> units;
  for (const std::size_t a : batch) {
    machine_.units_to_change(a, signs, units);
    for (const int k : units)
      add_and_scale(machine_.row(a, std::size_t(k)), eta * machine_.label(a), 1,
                    h.subspan(std::size_t(k) * machine_.fan_in(), machine_.fan_in()));
  }
}

Progress BinaryRsgd::step(State& state, RandomStream& random) const {
  const std::size_t M = machine_.weights(), y = std::size_t(params_.replicas), P = machine_.patterns();
  require(state.fields.size() == y * M,
          fmt::format("the state must have {} fields, given {}", y * M, state.fields.size()));
  const double t = double(state.epoch);
  const double eta = params_.eta * std::pow(params_.eta_factor, t);
  const double lambda = params_.lambda * std::pow(params_.lambda_factor, t);
  const double gamma = params_.gamma + params_.gamma_step * t;

  std::vector<double> pull(y + 1);  // by the number of replicas whose weight is +1
  for (std::size_t v = 0; v <= y; ++v)
    pull[v] = lambda * centre_force(params_.formula, gamma, params_.replicas, 2 * double(v) / double(y) - 1);
  const double own = lambda * own_force(params_.formula, gamma, params_.replicas);
  const bool tied = y > 1 && lambda > 0;

  std::vector<BitMatrix> w;
  std::vector<std::int32_t> votes(M, 0);
  std::vector<EpochOrder> orders;
  const std::size_t batch = params_.batch > 0 ? std::size_t(params_.batch) : std::max<std::size_t>(1, P / 10);
  for (std::size_t r = 0; r < y; ++r) {
    w.push_back(machine_.signs(replica(state, r)));
    add_votes(w.back(), 1, votes);
    orders.emplace_back(P, batch, random);
  }
  std::vector<std::size_t> turns(y);
  std::iota(turns.begin(), turns.end(), 0);

  for (std::size_t b = 0; b < orders[0].batches(); ++b) {
    shuffle(std::span(turns), random);
    for (const std::size_t r : turns) {
      const auto h = replica(state, r);
      train(orders[r].batch(b), eta, w[r], h);
      if (tied && params_.explicit_centre)
        for (std::size_t m = 0; m < M; ++m) {
          const double force = lambda / 2 * ((state.centre[m] >= 0 ? 1 : -1) - (h[m] >= 0 ? 1 : -1));
          h[m] += force;
          state.centre[m] -= force;
        }
      else if (tied)
        for (std::size_t m = 0; m < M; ++m) h[m] += pull[std::size_t(votes[m])] - (h[m] >= 0 ? own : -own);
      add_votes(w[r], -1, votes);
      machine_.pack(h, w[r]);
      add_votes(w[r], 1, votes);
    }
  }
  ++state.epoch;

  const BitMatrix centre = centre_signs(state);
  Progress progress;
  progress.errors = machine_.errors(centre);
  const double centre_errors = double(progress.errors);
  state.best = params_.replicas;
  double replica_errors = 0;
  for (std::size_t r = 0; r < y; ++r) {
    const std::int64_t errors = machine_.errors(w[r]);
    replica_errors += double(errors) / double(y);
    if (errors < progress.errors) {
      progress.errors = errors;
      state.best = std::int64_t(r);
    }
  }
  const bool finite =
      std::all_of(state.fields.begin(), state.fields.end(), [](double h) { return std::isfinite(h); });
  progress.failed = !finite;
  progress.observables = {{"gamma", gamma},
                          {"centre_errors", centre_errors},
                          {"replica_errors", replica_errors},
                          {"overlap", mean_overlap(w, centre)}};
  return progress;
}

BitMatrix BinaryRsgd::centre_signs(const State& state) const {
  if (params_.explicit_centre) return machine_.signs(state.centre);
  const std::size_t M = machine_.weights(), y = std::size_t(params_.replicas);
  std::vector<double> sum(M);
  for (std::size_t m = 0; m < M; ++m) {
    sum[m] = state.fields[m] >= 0 ? 0.5 : -0.5;  // a tie takes replica 0's weight
    for (std::size_t r = 0; r < y; ++r) sum[m] += state.fields[r * M + m] >= 0 ? 1 : -1;
  }
  return machine_.signs(sum);
}

Weights BinaryRsgd::weights(const State& state) const {
  if (state.best == params_.replicas) return machine_.weights_of(centre_signs(state));
  const std::size_t M = machine_.weights();
  return machine_.weights_of(machine_.signs(std::span(state.fields).subspan(std::size_t(state.best) * M, M)));
}

}  // namespace wfm::training
