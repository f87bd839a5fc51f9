// Replica-symmetric storage, teacher and student, one step of symmetry breaking. The branch is checked along the conjugate (or
// the overlap), where the load follows without a search: the saddle that is returned has to be the first that has its load.
#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

#include "theory/capacity.hpp"
#include "theory/one_step.hpp"
#include "theory/overlaps.hpp"
#include "theory/replica_symmetric.hpp"
#include "theory/rs_energetics.hpp"
#include "theory/teacher_student.hpp"
#include "theory/teacher_student_thresholds.hpp"
#include "trial.hpp"

namespace wfm::theory::sweep {
namespace {

std::string text_of(const RsParams& p) {
  return fmt::format("alpha = {:.17g}, margin = {:.17g}, {}", p.alpha, p.margin, name_of(p.machine));
}

double scale(const RsResult& a, const RsResult& b) {
  return 1e-9 + 10 * std::max(a.quadrature_error, b.quadrature_error);
}

/// Entropies fall with the load and with the margin, overlaps grow with the load.
void demand_neighbours(Trial& trial, const RsParams& params, const RsResult& here) {
  const RsResult less = rs_entropy({0.9 * params.alpha, params.margin, params.machine});
  trial.demand(less.converged, "converged, but not at 0.9 alpha: " + less.reason);
  trial.ordered(here.entropy, less.entropy, "entropy falls with alpha", scale(here, less));
  trial.ordered(less.q, here.q, "the overlap grows with alpha", scale(here, less));
  if (!has_one_field(params.machine) && params.margin < 0.1) return;
  const RsResult easier = rs_entropy({params.alpha, params.margin - 0.1, params.machine});
  trial.demand(easier.converged, "converged, but not at margin - 0.1: " + easier.reason);
  trial.ordered(here.entropy, easier.entropy, "entropy falls with the margin", scale(here, easier));
}

void check_rs(const RsParams& params, Trial& trial) {
  trial.parameters("rs_entropy: " + text_of(params));
  const RsResult here = trial.timed([&] { return rs_entropy(params); });
  trial.point(here.converged, here.reason, here.residual,
              {here.entropy, here.q, here.qhat, here.residual, here.quadrature_error, here.replicon});
  if (here.converged) {
    trial.demand(here.q >= 0 && here.q < 1 && here.qhat >= 0, "q or qhat out of range");
    const double free = params.machine.prior == Prior::binary ? std::numbers::ln2 : 0;
    const RsEnergetics jensen = rs_energetics(params.machine, params.margin, {0, 1});
    trial.ordered(here.entropy, free + params.alpha * jensen.value, "Jensen's bound",
                  1e-9 + 10 * here.quadrature_error + params.alpha * jensen.quadrature_error);
    demand_neighbours(trial, params, here);
  }
  if (!has_one_field(params.machine)) return;
  // from small loads along the conjugate: no saddle with a smaller qhat has this load
  const double end = here.converged ? std::log(here.qhat) : 40;
  for (double x = -20; x < end - 1e-6; x += 0.5) {
    const RsCurvePoint point = rs_at_conjugate(params.machine, params.margin, std::exp(x));
    if (!point.saddle.converged) continue;
    trial.demand(point.alpha < params.alpha * (1 + 1e-9),
                 fmt::format("the branch from small loads has alpha = {:.12g} at qhat = {:.6g} already",
                             point.alpha, std::exp(x)));
  }
  if (!here.converged || here.qhat < 1e-10) return;
  const RsCurvePoint same = rs_at_conjugate(params.machine, params.margin, here.qhat);
  trial.agree(same.alpha / params.alpha, 1, 1e-8, "the load at this conjugate");
  trial.agree(here.entropy, same.saddle.entropy, 1e-8 + 10 * here.quadrature_error,
              "the entropy at this conjugate");
}

void rs(Draw& draw, Trial& trial) {
  const Machine machine = draw.one_field();
  check_rs({draw.log_uniform(1e-4, 6), draw.uniform(-1, 2), machine}, trial);
}

void rs_units(Draw& draw, Trial& trial) {
  Machine machine = draw.few_units();
  if (draw.chance(0.3)) machine.prior = Prior::spherical;
  const double margin = draw.chance(0.5) ? 0 : draw.uniform(0, 1);
  check_rs({draw.log_uniform(1e-4, 2), margin, machine}, trial);
}

void capacities(Draw& draw, Trial& trial) {
  const Machine machine = draw.one_field();
  const double margin = draw.uniform(-1, 2);
  trial.parameters(fmt::format("capacity: margin = {:.17g}, {}", margin, name_of(machine)));
  const CapacityResult here = trial.timed([&] { return capacity(margin, machine); });
  const bool binary = machine.prior == Prior::binary;
  trial.point(here.converged, here.reason, 0,
              {here.alpha_c, here.q, binary || !here.converged ? here.qhat : 1, here.error});
  const CapacityResult harder = capacity(margin + 0.1, machine);
  trial.demand(here.converged == harder.converged, "a capacity at one margin, none at the next");
  if (!here.converged) return;
  trial.ordered(harder.alpha_c, here.alpha_c, "the capacity falls with the margin");
  if (!binary) return;
  trial.demand(std::abs(here.entropy) <= 1e-9, "an entropy is left at the capacity");
  const double first_moment = std::numbers::ln2 / -rs_energetics(machine, margin, {0, 1}).value;
  trial.ordered(here.alpha_c, first_moment, "first moment bound");
  const RsResult there = rs_entropy({here.alpha_c, margin, machine});
  trial.demand(there.converged, "no RS saddle at the capacity: " + there.reason);
  trial.agree(there.entropy, 0, 1e-8, "entropy at the capacity");
}

void max_margins(Draw& draw, Trial& trial) {
  const Machine machine = draw.one_field();
  const double alpha = draw.log_uniform(1e-4, 3);
  trial.parameters(fmt::format("max_margin: alpha = {:.17g}, {}", alpha, name_of(machine)));
  const MaxMarginResult here = trial.timed([&] { return max_margin(alpha, machine); });
  const bool binary = machine.prior == Prior::binary;
  trial.point(here.converged, here.reason, 0,
              {here.kappa_max, here.q, binary || !here.converged ? here.qhat : 1});
  if (!here.converged) return;
  trial.demand(here.kappa_max > 0, "kappa_max <= 0");
  const CapacityResult back = capacity(here.kappa_max, machine);
  trial.demand(back.converged, "no capacity at kappa_max: " + back.reason);
  trial.agree(back.alpha_c / alpha, 1, 1e-8, "the capacity at kappa_max");
}

void overlaps(Draw& draw, Trial& trial) {
  const Machine machine = draw.one_field();
  const OverlapsParams params{draw.log_uniform(1e-4, 3), draw.uniform(-1, 2), draw.uniform(-1, 2), machine};
  trial.parameters(fmt::format("typical_overlaps: alpha = {:.17g}, margins = {:.17g}, {:.17g}, {}",
                               params.alpha, params.margin, params.other_margin, name_of(machine)));
  const OverlapsResult here = trial.timed([&] { return typical_overlaps(params); });
  trial.point(here.converged, here.reason, here.residual,
              {here.p, here.phat, here.distance, here.residual, here.quadrature_error});
  if (!here.converged) return;
  trial.demand(here.p >= 0 && here.p * here.p <= here.saddle.q * here.other.q * (1 + 1e-12),
               "p^2 is above q q'");
  const OverlapsResult exchanged =
      typical_overlaps({params.alpha, params.other_margin, params.margin, machine});
  trial.demand(exchanged.converged, "not converged with the margins exchanged: " + exchanged.reason);
  trial.agree(here.p, exchanged.p, 1e-8, "the overlap with the margins exchanged");
}

void teacher_students(Draw& draw, Trial& trial) {
  const double margin = draw.chance(0.2) ? 0 : draw.uniform(-1, 2);
  const TeacherStudentParams params{draw.log_uniform(1e-4, 3), margin};
  trial.parameters(
      fmt::format("teacher_student: alpha = {:.17g}, margin = {:.17g}", params.alpha, params.margin));
  const TeacherStudentResult here = trial.timed([&] { return teacher_student(params); });
  trial.point(here.converged, here.reason, here.residual,
              {here.entropy, here.generalisation_error, here.q, here.R, here.qhat, here.Rhat, here.residual,
               here.quadrature_error});
  if (!here.converged) return;
  trial.demand(here.q >= 0 && here.q < 1 && here.R * here.R <= here.q * (1 + 1e-12), "q or R out of range");
  trial.ordered(here.entropy, std::numbers::ln2, "at most ln 2");
  if (margin == 0) trial.agree(here.q, here.R, 1e-8, "q = R at margin 0");
  const TeacherStudentResult less = teacher_student({0.9 * params.alpha, margin});
  trial.demand(less.converged, "converged, but not at 0.9 alpha: " + less.reason);
  trial.ordered(here.entropy, less.entropy, "entropy falls with alpha");
  trial.ordered(less.q, here.q, "q grows with alpha");
  // from small loads along the overlap
  for (double x = -7; x < std::log(here.q / (1 - here.q)) - 1e-3; x += 1) {
    const TeacherStudentCurvePoint point = teacher_student_at_overlap(margin, 1 / (1 + std::exp(-x)));
    if (point.saddle.converged)
      trial.demand(point.alpha < params.alpha * (1 + 1e-8), "the branch has this load at a smaller overlap");
  }
  if (here.q < 1e-6) return;
  const TeacherStudentCurvePoint same = teacher_student_at_overlap(margin, here.q);
  if (!same.saddle.converged) return;
  trial.agree(same.alpha / params.alpha, 1, 1e-6, "the load at this overlap");
  trial.agree(here.entropy, same.saddle.entropy, 1e-6, "the entropy at this overlap");
}

void one_steps(Draw& draw, Trial& trial) {
  Machine machine = draw.one_field();
  if (draw.chance(0.7)) machine.prior = Prior::spherical;
  const RsParams params{draw.log_uniform(1e-2, 6), draw.uniform(-1, 2), machine};
  trial.parameters("one_step_entropy: " + text_of(params));
  const OneStepResult here = trial.timed([&] { return one_step_entropy(params); });
  trial.point(here.converged, here.reason, here.residual,
              {here.entropy, here.q0, here.q1, here.m, here.residual, here.quadrature_error});
  if (!here.converged) return;
  trial.demand(here.q0 >= 0 && here.q0 <= here.q1 && here.q1 <= 1 && here.m > 0 && here.m <= 1 + 1e-6,
               "order parameters out of range");
  const RsResult symmetric = rs_entropy(params);
  if (!here.broken || machine.prior == Prior::binary) {
    trial.agree(here.entropy, symmetric.entropy, 1e-12, "the replica-symmetric entropy");
    return;
  }
  trial.demand(here.q0 < here.q1 && here.q1 < 1, "broken, but q0 = q1");
  if (symmetric.converged)
    trial.ordered(here.entropy, symmetric.entropy, "breaking the symmetry lowers the entropy", 1e-8);
  const OneStepCurvePoint same = one_step_at_overlap(machine, params.margin, {here.q1, 1 - here.q1});
  if (!same.saddle.converged) return;
  trial.agree(same.alpha / params.alpha, 1, 1e-6, "the load at this q1");
}

}  // namespace

std::vector<Calculation> storage_calculations() {
  return {
      {"rs", "Jensen, neighbours in alpha and margin, first saddle along the conjugate", 10000, 1000, rs},
      {"rs-units", "Jensen, neighbours in alpha and margin", 10000, 20000, rs_units},
      {"capacity", "first moment, neighbour in the margin, zero of rs_entropy", 10000, 1000, capacities},
      {"max-margin", "inverse of capacity", 10000, 1000, max_margins},
      {"overlaps", "p^2 <= q q', margins exchanged", 10000, 1000, overlaps},
      {"teacher-student", "neighbour in alpha, first saddle along the overlap", 10000, 2000,
       teacher_students},
      {"one-step", "below RS, the load at its q1", 10000, 5000, one_steps},
  };
}

}  // namespace wfm::theory::sweep
