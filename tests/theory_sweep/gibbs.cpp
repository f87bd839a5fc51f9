// The Gibbs measure, its freezing point, and solutions around its configurations.
#include <numbers>

#include "curves.hpp"
#include "theory/gibbs_channel.hpp"
#include "theory/gibbs_franz_parisi.hpp"
#include "theory/gibbs_measure.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory::sweep {
namespace {

GibbsLoss random_loss(Draw& draw) {
  GibbsLoss loss;
  loss.kind = draw.one_of({LossKind::cross_entropy, LossKind::hinge, LossKind::error_counting});
  loss.gamma = draw.log_uniform(0.3, 20);
  loss.margin = loss.kind == LossKind::cross_entropy ? 0 : draw.uniform(-0.5, 1);
  return loss;
}

std::string text_of(const GibbsLoss& loss) {
  return loss.kind == LossKind::cross_entropy ? fmt::format("cross-entropy of gamma {:.17g}", loss.gamma)
         : loss.kind == LossKind::hinge       ? fmt::format("hinge at margin {:.17g}", loss.margin)
                                              : fmt::format("errors at margin {:.17g}", loss.margin);
}

void measures(Draw& draw, Trial& trial) {
  const GibbsLoss loss = random_loss(draw);
  const double alpha = draw.log_uniform(1e-4, 3), beta = draw.log_uniform(1e-2, 1e4);
  trial.parameters(
      fmt::format("gibbs_measure: alpha = {:.17g}, beta = {:.17g}, {}", alpha, beta, text_of(loss)));
  const GibbsState here = trial.timed([&] { return gibbs_measure(alpha, loss, beta); });
  trial.point(here.converged, here.reason, here.residual,
              {here.free_entropy, here.energy, here.entropy, here.q, here.qhat, here.error_probability,
               here.replicon, here.residual, here.quadrature_error});
  if (!here.converged) return;
  trial.demand(here.q >= 0 && here.q < 1 && here.qhat >= 0, "q or qhat out of range");
  trial.demand(here.energy >= 0 && here.error_probability >= 0 && here.error_probability <= 1,
               "energy or error probability out of range");
  trial.demand(here.quadrature_error <= 1e-8, "quadrature error above 1e-8");
  const double error = 1e-9 + 10 * here.quadrature_error;
  trial.ordered(here.entropy, std::numbers::ln2, "at most ln 2", error);
  const double free = std::numbers::ln2 + alpha * GibbsChannel{loss, beta}(0, 1).log_X;
  trial.ordered(here.free_entropy, free, "Jensen's bound", error);
  const GibbsState less = gibbs_measure(0.9 * alpha, loss, beta),
                   hotter = gibbs_measure(alpha, loss, 0.9 * beta);
  trial.demand(less.converged, "converged, but not at 0.9 alpha: " + less.reason);
  trial.ordered(here.free_entropy, less.free_entropy, "the free entropy falls with alpha", error);
  trial.ordered(less.q, here.q, "q grows with alpha", error);
  if (!hotter.converged) return;
  trial.ordered(here.free_entropy, hotter.free_entropy, "the free entropy falls with beta", error);
  // -d phi/d beta = e on the branch: phi is convex in beta, so that the chord lies between the energies
  const double chord = (hotter.free_entropy - here.free_entropy) / (0.1 * beta);
  const double slack = (error + 10 * hotter.quadrature_error) / (0.1 * beta) + 1e-9;
  trial.ordered(here.energy, chord, "the energy falls with beta", slack);
  trial.ordered(chord, hotter.energy, "the energy falls with beta (chord)", slack);
}

void freezings(Draw& draw, Trial& trial) {
  const GibbsLoss loss = random_loss(draw);
  const double alpha = draw.log_uniform(1e-2, 3);
  trial.parameters(fmt::format("freezing: alpha = {:.17g}, {}", alpha, text_of(loss)));
  const FreezingPoint here = trial.timed([&] { return freezing(alpha, loss); });
  trial.point(
      here.converged, here.reason, 0,
      {here.beta, here.q, here.qhat, here.energy, here.error_probability, here.entropy, here.replicon});
  if (!here.converged) return;
  trial.agree(here.entropy, 0, 1e-8, "the entropy there");
  const GibbsState there = gibbs_measure(alpha, loss, here.beta);
  trial.demand(there.converged, "no Gibbs measure at the freezing point: " + there.reason);
  trial.agree(there.energy, here.energy, 1e-8, "the energy there");
  const GibbsState hotter = gibbs_measure(alpha, loss, 0.9 * here.beta);
  if (hotter.converged) trial.demand(hotter.entropy > 0, "frozen above the freezing temperature");
}

void gibbs_references(Draw& draw, Trial& trial) {
  GibbsFranzParisiParams params;
  params.loss = random_loss(draw);
  params.alpha = draw.log_uniform(1e-3, 1);
  params.beta = draw.log_uniform(1e-1, 1e3);
  params.margin = draw.chance(0.5) ? 0 : draw.uniform(-0.5, 0.5);
  const std::vector<double> distances = draw.log_uniforms(4, 1e-4, 0.5);
  trial.parameters(
      fmt::format("gibbs_franz_parisi_curve: alpha = {:.17g}, beta = {:.17g}, {}, margin = {:.17g}, d = {}",
                  params.alpha, params.beta, text_of(params.loss), params.margin, sweep::text_of(distances)));
  const auto curve = [&](const std::vector<double>& at) { return gibbs_franz_parisi_curve(params, at); };
  const auto points = trial.timed([&] { return curve(distances); });
  const RsResult counted = rs_entropy({params.alpha, params.margin});
  const GibbsState reference = gibbs_measure(params.alpha, params.loss, params.beta);
  const bool exists = reference.converged && reference.entropy >= 0;  // frozen: nothing to count around
  for (const FranzParisiPoint& at : points) {
    trial.point(at.converged, at.reason, at.residual,
                {at.entropy, at.slope, at.q, at.t, at.qhat, at.that, at.phat, at.replicon, at.residual,
                 at.quadrature_error});
    if (!at.converged) continue;
    trial.demand(at.q >= 0 && at.q < 1 && at.qhat >= 0, "q or qhat out of range");
    trial.demand(at.quadrature_error <= 1e-7, "quadrature error above 1e-7");
    const double error = 1e-9 + 10 * at.quadrature_error;
    trial.ordered(at.entropy, data_free_entropy(at.distance), "data-free entropy", error);
    if (counted.converged && exists)
      trial.ordered(at.entropy, counted.entropy, "the maximum is the RS entropy", error);
  }
  demand_same_branch(trial, distances, points, 1, 1e-4, 0.5, curve);
}

}  // namespace

std::vector<Calculation> gibbs_calculations() {
  return {
      {"gibbs-measure", "Jensen, neighbours in alpha and beta, convex in beta", 10000, 2000, measures},
      {"freezing", "entropy zero there, positive above", 10000, 5000, freezings},
      {"gibbs-franz-parisi", "data-free entropy, RS entropy, other companions", 10000, 30000,
       gibbs_references},
  };
}

}  // namespace wfm::theory::sweep
