// wfm theory franz-parisi: solutions at a distance from a typical solution with margin, or from a minimiser of a loss.
#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <optional>

#include "cli/theory_options.hpp"
#include "math/error.hpp"
#include "theory/capacity.hpp"
#include "theory/franz_parisi.hpp"
#include "theory/franz_parisi_saddle.hpp"
#include "theory/franz_parisi_thresholds.hpp"
#include "theory/gibbs_franz_parisi.hpp"
#include "theory/replica_symmetric.hpp"
#include "theory/teacher_franz_parisi.hpp"

namespace wfm::cli {

namespace {

constexpr double largest_margin = std::numeric_limits<double>::infinity();  // --margin-ref max

/// What a curve's references are: typical solutions of a margin, or a Gibbs measure of a loss.
struct Reference {
  double margin = 0;
  std::optional<theory::GibbsLoss> loss;
  std::optional<double> beta;  // empty where the measure freezes
};

struct Curve {
  double alpha = 0, margin = 0;
  Reference reference;
};

/// What a point of either calculation has.
template <class Point>
io::Json row_of_point(const Curve& curve, const Point& point) {
  return {{"alpha", curve.alpha},
          {"margin", curve.margin},
          {"distance", point.distance},
          {"entropy", io::number(point.entropy)},
          {"overlap", point.p},
          {"q", io::number(point.q)},
          {"t", io::number(point.t)},
          {"slope", io::number(point.slope)},
          {"residual", io::number(point.residual)},
          {"quadrature_error", io::number(point.quadrature_error)}};
}

io::Json row_of(const Curve& curve, const theory::FranzParisiPoint& point) {
  io::Json row = row_of_point(curve, point);
  row["replicon"] = io::number(point.replicon);
  row["stable"] = point.converged && point.replicon < 1;
  add_outcome(row, point.converged, point.reason);
  return row;
}

/// Rows that say why a curve has no reference.
io::Json failed_rows(const Curve& curve, const std::vector<double>& distances, const std::string& reason) {
  io::Json rows = io::Json::array();
  for (const double d : distances) rows.push_back(row_of(curve, theory::failed_point(d, reason)));
  return rows;
}

/// kappa_r as a number, `max` resolved; NaN, and why, where there is no largest margin.
struct ReferenceMargin {
  double kappa = 0;
  std::string trouble;
};

ReferenceMargin margin_of(const Curve& curve, const theory::Machine& machine) {
  if (curve.reference.margin != largest_margin) return {curve.reference.margin, ""};
  const auto largest = theory::max_margin(curve.alpha, machine);
  return {largest.kappa_max, largest.converged ? "" : "no maximum margin: " + largest.reason};
}

/// Typical solutions of margin kappa_r exist where their own RS entropy is not negative.
bool reference_exists(const Curve& curve, const theory::Machine& machine, const ReferenceMargin& reference) {
  if (!reference.trouble.empty()) return false;
  const auto typical = theory::rs_entropy({curve.alpha, reference.kappa, machine});
  return typical.converged && typical.entropy > -1e-9;
}

io::Json around_margin(const Curve& curve, const theory::Machine& machine,
                       const std::vector<double>& distances) {
  const ReferenceMargin reference = margin_of(curve, machine);
  io::Json rows = io::Json::array();
  if (reference.trouble.empty())
    for (const auto& point :
         theory::franz_parisi_curve({curve.alpha, reference.kappa, curve.margin, machine}, distances))
      rows.push_back(row_of(curve, point));
  else
    rows = failed_rows(curve, distances, reference.trouble);
  const bool exists = reference_exists(curve, machine, reference);
  for (auto& row : rows) row["margin_ref"] = io::number(reference.kappa), row["reference_exists"] = exists;
  return rows;
}

/// Labels by a teacher: students around a typical student of margin kappa_r.
io::Json around_student(const Curve& curve, const std::vector<double>& distances) {
  const double kappa_r = curve.reference.margin;
  io::Json rows = io::Json::array();
  for (const auto& point :
       theory::teacher_franz_parisi_curve({curve.alpha, kappa_r, curve.margin}, distances)) {
    io::Json row = row_of_point(curve, point);
    row["R"] = io::number(point.R);
    row["generalisation_error"] = io::number(point.generalisation_error);
    add_outcome(row, point.converged, point.reason);
    row["margin_ref"] = kappa_r;
    rows.push_back(row);
  }
  return rows;
}

/// The Gibbs measure of a curve's references, at its temperature or where it freezes.
struct ReferenceMeasure {
  double beta = 0;
  theory::GibbsState state;
  std::string trouble;  // why there is no freezing temperature
};

ReferenceMeasure measure_of(const Curve& curve) {
  const theory::GibbsLoss& loss = *curve.reference.loss;
  ReferenceMeasure measure;
  if (curve.reference.beta) {
    measure.beta = *curve.reference.beta;
  } else {
    const auto frozen = theory::freezing(curve.alpha, loss);
    measure.beta = frozen.beta;
    if (!frozen.converged) measure.trouble = "no freezing temperature: " + frozen.reason;
  }
  if (measure.trouble.empty()) measure.state = theory::gibbs_measure(curve.alpha, loss, measure.beta);
  return measure;
}

void add_measure(io::Json& row, const Curve& curve, const ReferenceMeasure& measure) {
  const theory::GibbsLoss& loss = *curve.reference.loss;
  const theory::GibbsState& state = measure.state;
  const auto of_state = [&](double value) { return state.converged ? io::number(value) : io::Json(); };
  const bool sharpness = loss.kind == theory::LossKind::cross_entropy;
  row["gamma"] = sharpness ? io::Json(loss.gamma) : io::Json();
  row["margin_ref"] = sharpness ? io::Json() : io::Json(loss.margin);
  row["beta"] = io::number(measure.beta);
  row["reference_q"] = of_state(state.q);
  row["reference_entropy"] = of_state(state.entropy);
  row["reference_error_probability"] = of_state(state.error_probability);
  row["reference_replicon"] = of_state(state.replicon);
}

io::Json around_loss(const Curve& curve, const std::vector<double>& distances) {
  const ReferenceMeasure measure = measure_of(curve);
  io::Json rows = io::Json::array();
  if (measure.trouble.empty())
    for (const auto& point : theory::gibbs_franz_parisi_curve(
             {curve.alpha, *curve.reference.loss, measure.beta, curve.margin}, distances))
      rows.push_back(row_of(curve, point));
  else
    rows = failed_rows(curve, distances, measure.trouble);
  for (auto& row : rows) add_measure(row, curve, measure);
  return rows;
}

const std::string no_saddle = "no saddle point of the reference or of the solutions counted";

void add_typical(io::Json& row, double distance) {
  row["typical_distance"] = io::number(distance);
  add_outcome(row, std::isfinite(distance), no_saddle);
}

/// --summary: one row a curve.
io::Json summary_of(const Curve& curve, const theory::Machine& machine, bool teacher) {
  io::Json row = {{"alpha", curve.alpha}, {"margin", curve.margin}};
  if (teacher) {
    row["margin_ref"] = curve.reference.margin;
    add_typical(row, theory::teacher_typical_distance({curve.alpha, curve.reference.margin, curve.margin}));
    return row;
  }
  if (curve.reference.loss) {
    const ReferenceMeasure measure = measure_of(curve);
    add_measure(row, curve, measure);
    const bool has_reference = measure.trouble.empty();
    add_typical(row, has_reference ? theory::gibbs_typical_distance(
                                         {curve.alpha, *curve.reference.loss, measure.beta, curve.margin})
                                   : std::numeric_limits<double>::quiet_NaN());
    if (!has_reference) row["reason"] = measure.trouble;
    return row;
  }
  const ReferenceMargin reference = margin_of(curve, machine);
  row["margin_ref"] = io::number(reference.kappa);
  row["reference_exists"] = reference_exists(curve, machine, reference);
  const theory::FranzParisiParams params{curve.alpha, reference.kappa, curve.margin, machine};
  theory::SlopeDip dip;
  double typical = std::numeric_limits<double>::quiet_NaN(), zero = typical;
  if (reference.trouble.empty()) {
    typical = theory::typical_distance(params);
    zero = theory::zero_entropy_distance(params);
    dip = theory::slope_dip(params);
  } else {
    dip.reason = reference.trouble;
  }
  const auto of_dip = [&](double value) { return dip.converged ? io::number(value) : io::Json(); };
  row["typical_distance"] = io::number(typical);
  row["zero_entropy_distance"] = io::number(zero);
  row["least_slope"] = of_dip(dip.slope);
  row["least_slope_distance"] = of_dip(dip.distance);
  row["monotone"] = dip.converged ? io::Json(dip.slope >= 0) : io::Json();
  add_outcome(row, dip.converged, dip.reason);
  return row;
}

std::vector<Reference> references_of(const TheoryOptions& options) {
  std::vector<Reference> references;
  if (options.reference_loss == "margin") {
    for (const double kappa : experiments::parse_list_with_words(options.reference_margin, "--margin-ref",
                                                                 {{"max", largest_margin}}))
      references.push_back({kappa, std::nullopt, std::nullopt});
    return references;
  }
  std::vector<std::optional<double>> betas{std::nullopt};
  if (!options.beta.empty()) {
    const auto given = parse_list(options.beta, "--beta");
    betas.assign(given.begin(), given.end());
  }
  for (const auto& loss :
       losses_of(options.reference_loss, options.gamma, options.reference_margin, "--margin-ref"))
    for (const auto& beta : betas) references.push_back({0, loss, beta});
  return references;
}

/// Options that the kind of reference does not have.
void refuse_idle(const TheoryOptions& options) {
  if (options.teacher)
    refuse_given(options, {"--reference-loss", "--gamma", "--beta"},
                 "with --teacher the references are typical students, which have --margin-ref");
  else if (options.reference_loss == "margin")
    refuse_given(options, {"--gamma", "--beta"},
                 "is of the minimisers of a loss (--reference-loss), typical solutions have --margin-ref");
  else if (options.reference_loss == "cross-entropy")
    refuse_given(options, {"--margin-ref"},
                 "is of typical solutions and of the losses hinge and errors, the cross-entropy has --gamma");
  else
    refuse_given(
        options, {"--gamma"},
        fmt::format("is of the cross-entropy, the loss {} has --margin-ref", options.reference_loss));
  if (options.summary) refuse_given(options, {"--distance"}, "--summary has one row a curve, not a distance");
}

experiments::Series data_free_bound(const std::vector<double>& distances, theory::Prior prior) {
  experiments::Series bound;
  bound.name = "data-free bound";
  bound.group = experiments::SeriesGroup::bound;
  bound.dashed = true;
  for (const double d : distances)
    bound.x.push_back(d), bound.y.push_back(theory::data_free_entropy(d, prior));
  return bound;
}

int franz_parisi(const TheoryOptions& options) {
  refuse_idle(options);
  const theory::Machine machine = machine_of(options);
  const auto distances = parse_list(options.distance, "--distance");
  std::vector<Curve> curves;
  for (const auto& [alpha, margin] : combinations(options))
    for (const auto& reference : references_of(options)) curves.push_back({alpha, margin, reference});
  const bool binary_perceptron =
      machine.decoder == theory::Decoder::perceptron && machine.prior == theory::Prior::binary;
  require(options.reference_loss == "margin" || binary_perceptron,
          fmt::format("--reference-loss {}: known for the binary perceptron, got the {}",
                      options.reference_loss, name_of(machine)));
  if (options.teacher) {
    require(binary_perceptron,
            fmt::format("--teacher: known for the binary perceptron, got the {}", name_of(machine)));
    for (const Curve& curve : curves)
      require(
          curve.reference.margin != largest_margin,
          "--margin-ref: with --teacher the reference is a typical student of a numerical margin, got max");
  }
  const std::vector<std::string> keys{"alpha", "margin", "margin_ref", "gamma", "beta"};
  if (options.summary) {
    const io::Json rows = rows_of(curves, options.shared.threads, [&](const Curve& curve) {
      return summary_of(curve, machine, options.teacher);
    });
    const std::string x = experiments::varying_key(rows, keys);
    return finish_theory(rows, options,
                         {"franz-parisi",
                          "Typical distances, " + name_of(machine),
                          x,
                          "typical_distance",
                          {x},
                          {"typical distance d"},
                          keys});
  }
  const io::Json rows = grouped_rows_of(curves, options.shared.threads, [&](const Curve& curve) {
    return options.teacher        ? around_student(curve, distances)
           : curve.reference.loss ? around_loss(curve, distances)
                                  : around_margin(curve, machine, distances);
  });
  return finish_theory(rows, options,
                       {"franz-parisi",
                        "Franz-Parisi entropy, " + name_of(machine),
                        "distance",
                        "entropy",
                        {"distance d"},
                        {"entropy per weight"},
                        keys},
                       {data_free_bound(distances, machine.prior)});
}

}  // namespace

void add_franz_parisi_theory(const AddCalculation& add, TheoryOptions& options) {
  Command command =
      add("franz-parisi",
          "Entropy of solutions at distance d from a typical solution of margin kappa_r, or from a minimiser "
          "of a loss",
          "wfm theory franz-parisi --alpha 0.5 --margin-ref 0,0.2,max --distance 0.001,0.01:0.5:0.01",
          franz_parisi);
  add_machine_options(command, options);
  command.option("--alpha", options.alpha, "Patterns per weight, a list or a range");
  command.flag("--teacher", options.teacher, "Labels by a binary teacher: students around a typical student");
  command.choice("--reference-loss", options.reference_loss, {"margin", "cross-entropy", "hinge", "errors"},
                 "References: typical solutions with margin, or a Gibbs measure of a loss");
  command.option("--margin-ref", options.reference_margin,
                 "Margin of the reference: numbers, ranges or max (hinge, errors: of the loss)");
  command.option("--gamma", options.gamma, "Sharpness of the cross-entropy, a list or a range");
  command.option("--beta", options.beta, "Inverse temperatures of a loss (default: where it freezes)");
  command.option("--margin", options.margin, "Margin of the solutions counted, a list or a range");
  command.option("--distance", options.distance, "Distances d in (0, 1/2], a list or a range");
  command.flag("--summary", options.summary,
               "One row a curve: typical distance, where the entropy vanishes, least slope");
}

}  // namespace wfm::cli
