// Solutions around a typical solution, and around a typical student of a teacher.
#include "theory/franz_parisi.hpp"

#include <algorithm>
#include <array>

#include "curves.hpp"
#include "theory/franz_parisi_saddle.hpp"
#include "theory/replica_symmetric.hpp"
#include "theory/teacher_franz_parisi.hpp"
#include "theory/teacher_student.hpp"

namespace wfm::theory::sweep {
namespace {

/// From the other end: curves come down from the typical distance, this goes up from the smallest solved distance.
void demand_same_from_below(Trial& trial, const FranzParisiParams& params,
                            std::vector<FranzParisiPoint> points) {
  std::erase_if(points, [](const FranzParisiPoint& at) { return !at.converged; });
  std::sort(points.begin(), points.end(),
            [](const FranzParisiPoint& a, const FranzParisiPoint& b) { return a.distance < b.distance; });
  const RsResult reference = rs_entropy({params.alpha, params.reference_margin, params.machine});
  if (points.size() < 2 || reference.q < 1e-8) return;
  const FranzParisiPoint& from = points[0];
  const double excess = from.q - from.p * from.p, qt = reference.q;
  if (!(excess > 1e-6 * (1 - from.p * from.p))) return;  // the coordinates would be rounding errors
  const double tau = (from.t - from.p * qt) / std::sqrt(excess * qt * (1 - qt));
  if (!(std::abs(tau) < 0.999)) return;
  const SaddleProblem problem{
      params.alpha, params.margin,
      ReferenceState(params.reference_margin, qt, reference.qhat, Kernel(params.machine),
                     params.machine.decoder == Decoder::perceptron)};
  Saddle here{{std::log(excess / (1 - from.q)), std::atanh(tau)}, {}, false};
  double d = from.distance;
  for (std::size_t i = 1; i < points.size(); ++i) {
    while (d < points[i].distance) {
      d = std::min(d * 1.15, points[i].distance);
      const FranzParisiPoint point = solve_saddle(problem, d, here);
      if (!point.converged) return;  // equal margins: tau -> 1 at the typical distance
      if (d == points[i].distance)
        trial.agree(points[i].entropy, point.entropy, same_entropy + 10 * point.quadrature_error,
                    fmt::format("entropy at d = {:.17g} from below", d));
    }
  }
}

/// What is demanded of the curve around references with a margin; their points.
std::vector<FranzParisiPoint> curve_trial(const FranzParisiParams& params,
                                          const std::vector<double>& distances, double smallest,
                                          Trial& trial) {
  trial.parameters(fmt::format(
      "franz_parisi_curve: alpha = {:.17g}, reference margin = {:.17g}, margin = {:.17g}, {}, d = {}",
      params.alpha, params.reference_margin, params.margin, name_of(params.machine), text_of(distances)));
  const auto curve = [&](const std::vector<double>& at) { return franz_parisi_curve(params, at); };
  auto points = trial.timed([&] { return curve(distances); });
  // K units count a margin in every unit: none is below 0
  std::vector<FranzParisiPoint> more(points.size());
  FranzParisiParams easier = params;
  easier.margin -= 0.1;
  if (has_one_field(params.machine) || easier.margin >= 0) more = franz_parisi_curve(easier, distances);
  const RsResult counted = rs_entropy({params.alpha, params.margin, params.machine}),
                 reference = rs_entropy({params.alpha, params.reference_margin, params.machine});
  // beyond, there are no references; the formula goes on
  const bool bounded = counted.converged && reference.converged && reference.entropy >= 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const FranzParisiPoint& at = points[i];
    trial.point(at.converged, at.reason, at.residual,
                {at.entropy, at.slope, at.q, at.t, at.qhat, at.that, at.phat, at.replicon, at.residual,
                 at.quadrature_error});
    if (!at.converged) continue;
    trial.demand(at.q >= 0 && at.q < 1 && at.qhat >= 0, "q or qhat out of range");
    const double most_error = has_one_field(params.machine) ? 1e-7 : 3e-5;
    trial.demand(at.quadrature_error <= most_error, fmt::format("quadrature error above {}", most_error));
    const double error = 1e-9 + 10 * at.quadrature_error;
    trial.ordered(at.entropy, data_free_entropy(at.distance), "data-free entropy", error);
    if (bounded) trial.ordered(at.entropy, counted.entropy, "the maximum is the RS entropy", error);
    if (more[i].converged)
      trial.ordered(at.entropy, more[i].entropy, "entropy falls with the margin",
                    error + 10 * more[i].quadrature_error);
  }
  demand_same_branch(trial, distances, points, 1, smallest, 0.5, curve);
  return points;
}

void margin_reference(Draw& draw, Trial& trial) {
  const Machine machine = draw.one_field(true);
  const double reference_margin = draw.uniform(-1, 2);
  const double margin = draw.chance(0.25) ? reference_margin : draw.chance(0.3) ? 0 : draw.uniform(-1, 2);
  const FranzParisiParams params{draw.log_uniform(1e-4, 1.5), reference_margin, margin, machine};
  const auto points = curve_trial(params, draw.log_uniforms(4, 1e-4, 0.5), 1e-4, trial);
  demand_same_from_below(trial, params, points);
}

void units_reference(Draw& draw, Trial& trial) {
  const Machine machine = draw.few_units();
  const double reference_margin = draw.chance(0.3) ? 0 : draw.uniform(0, 1);
  const double margin = draw.chance(0.3) ? reference_margin : draw.chance(0.6) ? 0 : draw.uniform(0, 1);
  const FranzParisiParams params{draw.log_uniform(1e-3, 1.1), reference_margin, margin, machine};
  curve_trial(params, draw.log_uniforms(many_distances, 1e-3, 0.45), 1e-3, trial);
}

void student_reference(Draw& draw, Trial& trial) {
  const double reference_margin = draw.uniform(-0.5, 1);
  const double margin = draw.chance(0.25) ? reference_margin : draw.chance(0.3) ? 0 : draw.uniform(-0.5, 1);
  const TeacherFranzParisiParams params{draw.log_uniform(1e-3, 1.6), reference_margin, margin};
  const std::vector<double> distances = draw.log_uniforms(20, 1e-4, 0.5);
  trial.parameters(fmt::format(
      "teacher_franz_parisi_curve: alpha = {:.17g}, reference margin = {:.17g}, margin = {:.17g}, d = {}",
      params.alpha, params.reference_margin, params.margin, text_of(distances)));
  const auto curve = [&](const std::vector<double>& at) { return teacher_franz_parisi_curve(params, at); };
  const auto points = trial.timed([&] { return curve(distances); });
  const TeacherStudentResult counted = teacher_student({params.alpha, params.margin}),
                             reference = teacher_student({params.alpha, params.reference_margin});
  const bool bounded = counted.converged && reference.converged && reference.entropy >= 0;
  for (const TeacherFranzParisiPoint& at : points) {
    trial.point(at.converged, at.reason, at.residual,
                {at.entropy, at.slope, at.generalisation_error, at.q, at.t, at.R, at.qhat, at.that, at.phat,
                 at.Rhat, at.residual, at.quadrature_error});
    if (!at.converged) continue;
    trial.demand(at.q >= 0 && at.q < 1 && at.R * at.R <= at.q * (1 + 1e-9), "q or R out of range");
    trial.demand(at.quadrature_error <= 1e-7, "quadrature error above 1e-7");
    const double error = 1e-9 + 10 * at.quadrature_error;
    trial.ordered(at.entropy, data_free_entropy(at.distance), "data-free entropy", error);
    if (bounded) trial.ordered(at.entropy, counted.entropy, "the maximum is that of teacher_student", error);
  }
  demand_same_branch(trial, distances, points, 1, 1e-4, 0.5, curve);
}

}  // namespace

std::vector<Calculation> franz_parisi_calculations() {
  return {
      {"franz-parisi", "data-free entropy, RS entropy, neighbour in the margin, other companions, from below",
       10000, 5000, margin_reference},
      {"teacher-franz-parisi", "data-free entropy, entropy of all students, other companions", 10000, 60000,
       student_reference},
  };
}

std::vector<Calculation> units_franz_parisi_calculations() {
  return {
      {"franz-parisi-units", "as around one field; K = 2 and 3 are slow", 10000, longest_curve_ms,
       units_reference},
  };
}

}  // namespace wfm::theory::sweep
