#include "inference/external_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "inference/spherical_field.hpp"
#include "math/branch_free.hpp"
#include "math/error.hpp"
#include "math/field.hpp"

namespace wfm::inference {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <class... F>
Overloaded(F...) -> Overloaded<F...>;

void validate(const Reinforcement& r) {
  const bool linear = r.schedule == ReinforcementSchedule::linear;
  require(r.rate >= 0 && r.rate <= 1 && (linear || (r.rate > 0 && r.rate < 1)),
          fmt::format("reinforcement: rate must lie in {}, not {}", linear ? "[0, 1]" : "(0, 1)", r.rate));
  require(r.cap >= 0 && r.cap < 1, fmt::format("reinforcement: cap must lie in [0, 1), not {}", r.cap));
}

void validate(const Focusing& f) {
  require(f.iterations >= 1, fmt::format("focusing: iterations must be at least 1, not {}", f.iterations));
  require(f.damping >= 0 && f.damping < 1,
          fmt::format("focusing: damping must lie in [0, 1), not {}", f.damping));
  switch (f.protocol) {
    case FocusingProtocol::pseudo_reinforcement:
      require(f.exponent > 0 && f.exponent <= 0.5,
              fmt::format("focusing: exponent must lie in (0, 1/2], not {}", f.exponent));
      [[fallthrough]];
    case FocusingProtocol::reinforcement:
      require(f.rho_step >= 1e-9 && f.rho_step <= 1,
              fmt::format("focusing: rho_step must lie in [1e-9, 1], not {}", f.rho_step));
      break;
    case FocusingProtocol::scoping:
      require(f.y >= 1, fmt::format("focusing: y must be at least 1, not {}", f.y));
      require(!f.gammas.empty(), "focusing: the scoping protocol needs a list of gammas");
      for (const double gamma : f.gammas)
        require(gamma >= 0, fmt::format("focusing: gamma must not be negative, {} given", gamma));
      break;
    case FocusingProtocol::free:
      require(!f.points.empty(), "focusing: the free protocol needs a list of points (gamma, y)");
      for (const auto& point : f.points)
        require(point.gamma >= 0 && point.y >= 1,
                fmt::format("focusing: gamma >= 0 and y >= 1 needed, ({}, {}) given", point.gamma, point.y));
      break;
  }
}

void validate(const FixedField& f, std::size_t weights) {
  require(f.values.size() == weights,
          fmt::format("fixed field: one value a weight needed, {} values for {} weights", f.values.size(),
                      weights));
  for (const double value : f.values) require(std::isfinite(value), "fixed field: values must be finite");
}

void validate(const OverlapConstraint& c, const WeightPrior& prior) {
  require(c.reference.size() == prior.size(),
          fmt::format("overlap constraint: one reference value a weight needed, {} values for {} weights",
                      c.reference.size(), prior.size()));
  wfm::validate(Weights{prior.kind(), prior.hidden(), int(prior.fan_in()), c.reference});
  require(c.overlap > -1 && c.overlap < 1,
          fmt::format("overlap constraint: the overlap must lie in (-1, 1), not {}", c.overlap));
}

double reinforcement_strength(const Reinforcement& r, std::int64_t t) {
  const double strength =
      r.schedule == ReinforcementSchedule::linear ? r.rate * double(t) : 1 - std::pow(r.rate, double(t));
  return std::min(strength, r.cap);
}

/// What the centre hears from one replica, f, and from the y - 1 others together.
struct ToCentre {
  double f, others;
  ToCentre(FocusingPoint point, double cavity_field)
      : f(field_through_coupling(point.gamma, cavity_field)),
        others(f == 0 || point.y == 1 ? 0 : clamp_field((point.y - 1) * f)) {}
};

// P(w, wt) ~ exp(Gamma w + gamma w wt + others wt):  <w wt> = (T + a b)/(1 + T a b), T = tanh gamma, a = tanh
// Gamma, b = tanh others
double overlap_of(double T, double cavity_field, const ToCentre& to_centre) {
  const double ab = vector_tanh(cavity_field) * vector_tanh(to_centre.others);
  return (T + ab) / (1 + T * ab);
}

/// theta and the overlap of binary weights.
void update_focusing(const Focusing& focusing, std::span<const double> cavity_field, ExternalState& state) {
  const FocusingPoint point{state.gamma, state.y};
  const double keep = focusing.damping, T = std::tanh(point.gamma);
  double overlap = 0;
  for (std::size_t i = 0; i < cavity_field.size(); ++i) {
    const ToCentre to_centre(point, cavity_field[i]);
    const double wanted = clamp_field(field_through_coupling(point.gamma, to_centre.others));
    state.theta[i] = keep * state.theta[i] + (1 - keep) * wanted;
    overlap += overlap_of(T, cavity_field[i], to_centre);
  }
  state.overlap = overlap / double(cavity_field.size());
}

/// theta, rho and the overlap of spherical weights: |m_k|/sqrt n of a replica with the centre's direction.
void update_focusing(const Focusing& focusing, const WeightPrior& prior, WeightMessages cavity,
                     ExternalState& state) {
  const std::size_t M = prior.size();
  std::vector<double> theta(M), rho(M);
  focus_spherical(prior, {state.gamma, state.y}, cavity, theta, rho);
  const double keep = focusing.damping;
  double squares = 0;
  for (std::size_t i = 0; i < M; ++i) {
    if (rho[i] > 0) squares += theta[i] / rho[i] * theta[i] / rho[i];
    state.theta[i] = keep * state.theta[i] + (1 - keep) * theta[i];
    state.rho[i] = keep * state.rho[i] + (1 - keep) * rho[i];
  }
  state.overlap = std::sqrt(squares / double(M));
}

void reinforce(const Reinforcement& r, const WeightPrior& prior, WeightMessages total, ExternalState& state) {
  state.strength = reinforcement_strength(r, state.iterations);
  for (std::size_t i = 0; i < prior.size(); ++i)
    state.theta[i] = prior.bounded(state.strength * total.field[i]);
  if (!prior.spherical()) return;
  for (std::size_t i = 0; i < prior.size(); ++i) state.rho[i] = state.strength * total.precision[i];
}

void constrain(const OverlapConstraint& c, const WeightPrior& prior, WeightMessages cavity,
               ExternalState& state) {
  state.gamma = prior.spherical()
                    ? solve_spherical_overlap(prior, cavity, c.reference, c.overlap, state.gamma)
                    : solve_overlap_field(cavity.field, c.reference, c.overlap, state.gamma);
  state.overlap = c.overlap;
  for (std::size_t i = 0; i < prior.size(); ++i) state.theta[i] = state.gamma * c.reference[i];
}

}  // namespace

void validate(const ExternalField& external, const WeightPrior& prior) {
  std::visit(Overloaded{[](const NoField&) {}, [](const Reinforcement& r) { validate(r); },
                        [](const Focusing& f) { validate(f); },
                        [&](const FixedField& f) { validate(f, prior.size()); },
                        [&](const OverlapConstraint& c) { validate(c, prior); }},
             external);
}

std::int64_t focusing_points(const Focusing& focusing) {
  switch (focusing.protocol) {
    case FocusingProtocol::scoping:
      return std::int64_t(focusing.gammas.size());
    case FocusingProtocol::free:
      return std::int64_t(focusing.points.size());
    default:
      return std::int64_t(std::ceil(1 / focusing.rho_step - 1e-9));
  }
}

FocusingPoint focusing_point(const Focusing& focusing, std::int64_t index) {
  const auto at = std::size_t(std::min(index, focusing_points(focusing) - 1));
  if (focusing.protocol == FocusingProtocol::free) return focusing.points[at];
  if (focusing.protocol == FocusingProtocol::scoping) return {focusing.gammas[at], focusing.y};

  const double rho = std::min(1.0, focusing.rho_step * double(at + 1));
  if (rho == 1) return {infinity, infinity};
  // gamma = infinity,  y = 1/(1 - rho)
  if (focusing.protocol == FocusingProtocol::reinforcement) return {infinity, 1 / (1 - rho)};
  // gamma = atanh(rho^x),  y = 1 + rho^(1-2x)/(1 - rho)
  const double x = focusing.exponent;
  return {std::atanh(std::pow(rho, x)), 1 + std::pow(rho, 1 - 2 * x) / (1 - rho)};
}

double focusing_field(FocusingPoint point, double cavity_field) {
  return field_through_coupling(point.gamma, ToCentre(point, cavity_field).others);
}

double overlap_with_centre(FocusingPoint point, double cavity_field) {
  return overlap_of(std::tanh(point.gamma), cavity_field, ToCentre(point, cavity_field));
}

double solve_overlap_field(std::span<const double> h, std::span<const double> reference, double overlap,
                           double guess) {
  // S(gamma) = (1/M) sum_i tanh(a_i + gamma), a_i = wt_i h_i, rises from -1 to 1
  const std::size_t M = h.size();
  std::vector<double> a(M);
  double smallest = infinity, largest = -infinity;
  for (std::size_t i = 0; i < M; ++i) {
    a[i] = reference[i] * h[i];
    smallest = std::min(smallest, a[i]);
    largest = std::max(largest, a[i]);
  }
  double low = std::atanh(overlap) - largest, high = std::atanh(overlap) - smallest;
  double gamma = std::clamp(guess, low, high);
  for (int iteration = 0; iteration < 200; ++iteration) {
    double sum = 0, slope = 0;
    for (std::size_t i = 0; i < M; ++i) {
      const double m = vector_tanh(a[i] + gamma);
      sum += m;
      slope += 1 - m * m;
    }
    const double excess = sum / double(M) - overlap;
    (excess > 0 ? high : low) = gamma;
    double next = gamma - excess / (slope / double(M));
    if (!(next > low && next < high)) next = 0.5 * (low + high);
    const double moved = std::abs(next - gamma);
    gamma = next;
    if (moved <= 1e-12 * (1 + std::abs(gamma))) break;
  }
  return gamma;
}

ExternalState start(const ExternalField& external, const WeightPrior& prior) {
  ExternalState state;
  state.theta.assign(prior.size(), 0.0);
  state.rho.assign(prior.size(), 0.0);
  if (const auto* fixed = std::get_if<FixedField>(&external)) state.theta = fixed->values;
  if (const auto* focusing = std::get_if<Focusing>(&external)) {
    const FocusingPoint point = focusing_point(*focusing, 0);
    state.gamma = point.gamma;
    state.y = point.y;
  }
  if (const auto* constraint = std::get_if<OverlapConstraint>(&external)) {
    const double S = constraint->overlap;  // without patterns: m = S wt
    state.gamma = prior.spherical() ? S / (1 - S * S) : std::atanh(S);
    for (std::size_t i = 0; i < prior.size(); ++i) state.theta[i] = state.gamma * constraint->reference[i];
  }
  return state;
}

TotalMessages::TotalMessages(std::span<const double> cavity_field, std::span<const double> cavity_precision,
                             const ExternalState& external)
    : field_(cavity_field.begin(), cavity_field.end()),
      precision_(cavity_precision.begin(), cavity_precision.end()) {
  for (std::size_t i = 0; i < field_.size(); ++i) {
    field_[i] += external.theta[i];
    precision_[i] += external.rho[i];
  }
}

double field_energy(const ExternalState& state, std::span<const double> mean,
                    std::span<const double> variance) {
  double sum = 0;
  for (std::size_t i = 0; i < mean.size(); ++i)
    sum += state.theta[i] * mean[i] - 0.5 * state.rho[i] * (mean[i] * mean[i] + variance[i]);
  return sum;
}

void update(const ExternalField& external, const WeightPrior& prior, WeightMessages cavity,
            WeightMessages total, ExternalState& state) {
  ++state.iterations;
  std::visit(Overloaded{[](const NoField&) {}, [](const FixedField&) {},
                        [&](const Reinforcement& r) { reinforce(r, prior, total, state); },
                        [&](const Focusing& f) {
                          const FocusingPoint point = focusing_point(f, state.point);
                          state.gamma = point.gamma;
                          state.y = point.y;
                          if (prior.spherical())
                            update_focusing(f, prior, cavity, state);
                          else
                            update_focusing(f, cavity.field, state);
                        },
                        [&](const OverlapConstraint& c) { constrain(c, prior, cavity, state); }},
             external);
}

void advance(const ExternalField& external, double change, double tolerance, ExternalState& state) {
  const auto* focusing = std::get_if<Focusing>(&external);
  if (focusing == nullptr) return;
  ++state.at_point;
  if (state.at_point < focusing->iterations && !(change < tolerance)) return;
  state.at_point = 0;
  ++state.point;
}

bool at_rest(const ExternalField& external, const ExternalState& state) {
  if (const auto* r = std::get_if<Reinforcement>(&external)) return state.strength == r->cap;
  return !std::holds_alternative<Focusing>(external) || exhausted(external, state);
}

bool exhausted(const ExternalField& external, const ExternalState& state) {
  const auto* focusing = std::get_if<Focusing>(&external);
  return focusing != nullptr && state.point >= focusing_points(*focusing);
}

}  // namespace wfm::inference
