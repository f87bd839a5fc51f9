// wfm theory rs, capacity, max-margin, overlaps, teacher-student: entropies of stored patterns and where they end.
#include <limits>

#include "cli/theory_options.hpp"
#include "theory/capacity.hpp"
#include "theory/one_step.hpp"
#include "theory/one_step_capacity.hpp"
#include "theory/overlaps.hpp"
#include "theory/replica_symmetric.hpp"
#include "theory/teacher_student.hpp"

namespace wfm::cli {

namespace {

const std::vector<std::string> curve_keys{"alpha", "margin"};

int rs(const TheoryOptions& options) {
  const theory::Machine machine = machine_of(options);
  const io::Json rows = rows_of(combinations(options), options.shared.threads, [&](const AlphaMargin& point) {
    const auto result = theory::rs_entropy({point.alpha, point.margin, machine});
    io::Json row = {{"alpha", point.alpha},
                    {"margin", point.margin},
                    {"entropy", io::number(result.entropy)},
                    {"q", io::number(result.q)},
                    {"qhat", io::number(result.qhat)},
                    {"replicon", io::number(result.replicon)},
                    {"residual", io::number(result.residual)},
                    {"quadrature_error", io::number(result.quadrature_error)}};
    row["stable"] = result.converged && result.replicon < 1;
    row["solutions_exist"] = solutions_exist(result, machine);
    if (options.one_step) {
      const auto broken = theory::one_step_entropy({point.alpha, point.margin, machine});
      row["entropy_1rsb"] = io::number(broken.entropy);
      row["q0_1rsb"] = io::number(broken.q0);
      row["q1_1rsb"] = io::number(broken.q1);
      row["m_1rsb"] = io::number(broken.m);
      add_outcome(row, result.converged && broken.converged,
                  result.converged ? broken.reason : result.reason);
    } else {
      add_outcome(row, result.converged, result.reason);
    }
    return row;
  });
  const std::string x = experiments::varying_key(rows, curve_keys);
  return finish_theory(rows, options,
                       {"rs",
                        "Replica-symmetric entropy, " + name_of(machine),
                        x,
                        "entropy",
                        {x},
                        {"entropy per weight"},
                        curve_keys});
}

int capacity(const TheoryOptions& options) {
  const theory::Machine machine = machine_of(options);
  const io::Json rows =
      rows_of(parse_list(options.margin, "--margin"), options.shared.threads, [&](double margin) {
        const auto result = theory::capacity(margin, machine);
        io::Json row = {{"margin", margin},
                        {"alpha_c", io::number(result.alpha_c)},
                        {"error", io::number(result.error)},
                        {"q", io::number(result.q)},
                        {"qhat", io::number(result.qhat)},
                        {"replicon", io::number(result.replicon)}};
        if (options.one_step) {
          const auto broken = theory::one_step_capacity(machine, margin);
          row["alpha_c_1rsb"] = io::number(broken.threshold.alpha);
          row["error_1rsb"] = io::number(broken.threshold.error);
          const bool both = result.converged && broken.threshold.converged;
          add_outcome(row, both, result.converged ? broken.threshold.reason : result.reason);
        } else {
          add_outcome(row, result.converged, result.reason);
        }
        return row;
      });
  return finish_theory(
      rows, options,
      {"capacity", "Capacity, " + name_of(machine), "margin", "alpha_c", {"margin"}, {"capacity"}, {}});
}

int max_margin(const TheoryOptions& options) {
  const theory::Machine machine = machine_of(options);
  const io::Json rows =
      rows_of(required_list(options.alpha, "--alpha"), options.shared.threads, [&](double alpha) {
        const auto result = theory::max_margin(alpha, machine);
        io::Json row = {{"alpha", alpha},
                        {"kappa_max", io::number(result.kappa_max)},
                        {"q", io::number(result.q)},
                        {"qhat", io::number(result.qhat)}};
        add_outcome(row, result.converged, result.reason);
        return row;
      });
  return finish_theory(rows, options,
                       {"max-margin",
                        "Largest margin, " + name_of(machine),
                        "alpha",
                        "kappa_max",
                        {"alpha"},
                        {"largest margin"},
                        {}});
}

struct TwoMargins {
  double alpha = 0, margin = 0, other = 0;
};

int overlaps(const TheoryOptions& options) {
  const theory::Machine machine = machine_of(options);
  std::vector<TwoMargins> points;
  for (const auto& [alpha, margin] : combinations(options)) {
    if (options.other_margin.empty())
      points.push_back({alpha, margin, margin});
    else
      for (const double other : parse_list(options.other_margin, "--other-margin"))
        points.push_back({alpha, margin, other});
  }
  const io::Json rows = rows_of(points, options.shared.threads, [&](const TwoMargins& point) {
    const auto result = theory::typical_overlaps({point.alpha, point.margin, point.other, machine});
    io::Json row = {{"alpha", point.alpha},
                    {"margin", point.margin},
                    {"other_margin", point.other},
                    {"overlap", io::number(result.p)},
                    {"distance", io::number(result.converged ? result.distance
                                                             : std::numeric_limits<double>::quiet_NaN())},
                    {"q", io::number(result.saddle.q)},
                    {"other_q", io::number(result.other.q)},
                    {"residual", io::number(result.residual)},
                    {"quadrature_error", io::number(result.quadrature_error)}};
    add_outcome(row, result.converged, result.reason);
    return row;
  });
  const std::vector<std::string> keys{"margin", "other_margin", "alpha"};
  const std::string x = experiments::varying_key(rows, keys);
  return finish_theory(
      rows, options,
      {"overlaps", "Typical overlaps, " + name_of(machine), x, "overlap", {x}, {"overlap"}, keys});
}

int teacher_student(const TheoryOptions& options) {
  const io::Json rows = rows_of(combinations(options), options.shared.threads, [](const AlphaMargin& point) {
    const auto result = theory::teacher_student({point.alpha, point.margin});
    io::Json row = {{"alpha", point.alpha},
                    {"margin", point.margin},
                    {"q", io::number(result.q)},
                    {"R", io::number(result.R)},
                    {"entropy", io::number(result.entropy)},
                    {"generalisation_error", io::number(result.generalisation_error)},
                    {"qhat", io::number(result.qhat)},
                    {"Rhat", io::number(result.Rhat)},
                    {"residual", io::number(result.residual)},
                    {"quadrature_error", io::number(result.quadrature_error)}};
    row["students_exist"] = result.converged && result.entropy >= 0;
    add_outcome(row, result.converged, result.reason);
    return row;
  });
  const std::string x = experiments::varying_key(rows, curve_keys);
  return finish_theory(rows, options,
                       {"teacher-student",
                        "Teacher and student, binary perceptron",
                        x,
                        "generalisation_error",
                        {x},
                        {"generalisation error"},
                        curve_keys});
}

}  // namespace

void add_storage_theory(const AddCalculation& add, TheoryOptions& options) {
  Command entropy = add("rs", "Replica-symmetric entropy of storage",
                        "wfm theory rs --alpha 0.5 --margin 0,0.2 --json", rs);
  add_machine_options(entropy, options);
  entropy.option("--alpha", options.alpha, "Patterns per weight, a list or a range");
  entropy.option("--margin", options.margin, "Margin kappa, a list or a range");
  entropy.flag("--one-step", options.one_step,
               "Also with one step of replica symmetry breaking (entropy_1rsb)");

  Command c =
      add("capacity", "Load alpha_c at which the replica-symmetric entropy vanishes (spherical: q reaches 1)",
          "wfm theory capacity --margin 0:1:0.1", capacity);
  add_machine_options(c, options);
  c.option("--margin", options.margin, "Margin kappa, a list or a range");
  c.flag("--one-step", options.one_step, "Also with one step of replica symmetry breaking (alpha_c_1rsb)");

  Command m = add("max-margin",
                  "Margin kappa_max at which the replica-symmetric entropy vanishes (spherical: q reaches 1)",
                  "wfm theory max-margin --alpha 0.5", max_margin);
  add_machine_options(m, options);
  m.option("--alpha", options.alpha, "Patterns per weight, a list or a range");

  Command o = add("overlaps", "Overlap of two typical solutions, of the same or of different margins",
                  "wfm theory overlaps --alpha 0.5 --margin 0:0.4:0.1 --other-margin 0", overlaps);
  add_machine_options(o, options);
  o.option("--alpha", options.alpha, "Patterns per weight, a list or a range");
  o.option("--margin", options.margin, "Margin of the one, a list or a range");
  o.option("--other-margin", options.other_margin,
           "Margin of the other, a list or a range (default: the same)");

  Command ts = add("teacher-student",
                   "Replica-symmetric overlaps and generalisation error with a teacher, binary perceptron",
                   "wfm theory teacher-student --alpha 0.3,0.6,1.2", teacher_student);
  ts.option("--alpha", options.alpha, "Patterns per weight, a list or a range");
  ts.option("--margin", options.margin, "Margin kappa, a list or a range");
}

}  // namespace wfm::cli
