// wfm theory franz-parisi: solutions at a distance from a typical solution with margin, or from a minimiser of a loss.
#include <fmt/format.h>

#include <limits>
#include <optional>

#include "cli/theory_options.hpp"
#include "math/error.hpp"
#include "theory/capacity.hpp"
#include "theory/franz_parisi.hpp"
#include "theory/franz_parisi_saddle.hpp"
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

io::Json row_of(const Curve& curve, const theory::FranzParisiPoint& point) {
  io::Json row = {{"alpha", curve.alpha},
                  {"margin", curve.margin},
                  {"distance", point.distance},
                  {"entropy", io::number(point.entropy)},
                  {"overlap", point.p},
                  {"q", io::number(point.q)},
                  {"t", io::number(point.t)},
                  {"slope", io::number(point.slope)},
                  {"replicon", io::number(point.replicon)},
                  {"residual", io::number(point.residual)},
                  {"quadrature_error", io::number(point.quadrature_error)}};
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

/// Typical solutions of margin kappa_r. They exist where their own RS entropy is not negative.
io::Json around_margin(const Curve& curve, const theory::Machine& machine,
                       const std::vector<double>& distances) {
  double kappa_r = curve.reference.margin;
  if (kappa_r == largest_margin) {
    const auto largest = theory::max_margin(curve.alpha, machine);
    if (!largest.converged) {
      io::Json rows = failed_rows(curve, distances, "no maximum margin: " + largest.reason);
      for (auto& row : rows) row["margin_ref"] = nullptr, row["reference_exists"] = false;
      return rows;
    }
    kappa_r = largest.kappa_max;
  }
  const auto typical = theory::rs_entropy({curve.alpha, kappa_r, machine});
  io::Json rows = io::Json::array();
  for (const auto& point :
       theory::franz_parisi_curve({curve.alpha, kappa_r, curve.margin, machine}, distances)) {
    rows.push_back(row_of(curve, point));
    rows.back()["margin_ref"] = kappa_r;
    rows.back()["reference_exists"] = typical.converged && typical.entropy > -1e-9;
  }
  return rows;
}

/// Labels by a teacher: students around a typical student of margin kappa_r.
io::Json around_student(const Curve& curve, const std::vector<double>& distances) {
  const double kappa_r = curve.reference.margin;
  io::Json rows = io::Json::array();
  for (const auto& point :
       theory::teacher_franz_parisi_curve({curve.alpha, kappa_r, curve.margin}, distances)) {
    io::Json row = {{"alpha", curve.alpha},
                    {"margin", curve.margin},
                    {"distance", point.distance},
                    {"entropy", io::number(point.entropy)},
                    {"overlap", point.p},
                    {"q", io::number(point.q)},
                    {"t", io::number(point.t)},
                    {"R", io::number(point.R)},
                    {"generalisation_error", io::number(point.generalisation_error)},
                    {"slope", io::number(point.slope)},
                    {"residual", io::number(point.residual)},
                    {"quadrature_error", io::number(point.quadrature_error)}};
    add_outcome(row, point.converged, point.reason);
    row["margin_ref"] = kappa_r;
    rows.push_back(row);
  }
  return rows;
}

io::Json around_loss(const Curve& curve, const std::vector<double>& distances) {
  const theory::GibbsLoss& loss = *curve.reference.loss;
  double beta = curve.reference.beta.value_or(0);
  theory::GibbsState measure;
  io::Json rows = io::Json::array();
  if (!curve.reference.beta) {
    const auto frozen = theory::freezing(curve.alpha, loss);
    beta = frozen.beta;
    if (!frozen.converged) rows = failed_rows(curve, distances, "no freezing temperature: " + frozen.reason);
  }
  if (rows.empty()) {
    measure = theory::gibbs_measure(curve.alpha, loss, beta);
    for (const auto& point :
         theory::gibbs_franz_parisi_curve({curve.alpha, loss, beta, curve.margin}, distances))
      rows.push_back(row_of(curve, point));
  }
  const auto of_measure = [&](double value) { return measure.converged ? io::number(value) : io::Json(); };
  for (auto& row : rows) {
    row["gamma"] = loss.gamma;
    row["beta"] = io::number(beta);
    row["reference_q"] = of_measure(measure.q);
    row["reference_entropy"] = of_measure(measure.entropy);
    row["reference_error_probability"] = of_measure(measure.error_probability);
    row["reference_replicon"] = of_measure(measure.replicon);
  }
  return rows;
}

std::vector<Reference> references_of(const TheoryOptions& options) {
  std::vector<Reference> references;
  if (options.reference_loss == "margin") {
    for (const double kappa : experiments::parse_list_with_words(options.reference_margin, "--margin-ref",
                                                                 {{"max", largest_margin}}))
      references.push_back({kappa, std::nullopt, std::nullopt});
    return references;
  }
  theory::GibbsLoss loss;
  loss.kind = options.reference_loss == "cross-entropy" ? theory::LossKind::cross_entropy
              : options.reference_loss == "hinge"       ? theory::LossKind::hinge
                                                        : theory::LossKind::error_counting;
  std::vector<std::optional<double>> betas{std::nullopt};
  if (!options.beta.empty()) {
    const auto given = parse_list(options.beta, "--beta");
    betas.assign(given.begin(), given.end());
  }
  const bool sharpness = loss.kind == theory::LossKind::cross_entropy;
  for (const double value : parse_list(sharpness ? options.gamma : options.reference_margin,
                                       sharpness ? "--gamma" : "--margin-ref"))
    for (const auto& beta : betas) {
      (sharpness ? loss.gamma : loss.margin) = value;
      references.push_back({0, loss, beta});
    }
  return references;
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
      require(!curve.reference.loss && curve.reference.margin != largest_margin,
              "--teacher: the reference is a typical student, --margin-ref a number");
  }
  const io::Json grouped = rows_of(curves, options.shared.threads, [&](const Curve& curve) {
    return options.teacher        ? around_student(curve, distances)
           : curve.reference.loss ? around_loss(curve, distances)
                                  : around_margin(curve, machine, distances);
  });
  io::Json rows = io::Json::array();
  for (const auto& group : grouped) rows.insert(rows.end(), group.begin(), group.end());
  return finish_theory(rows, options,
                       {"franz-parisi",
                        "Franz-Parisi entropy, " + name_of(machine),
                        "distance",
                        "entropy",
                        {"distance d"},
                        {"entropy per weight"},
                        {"alpha", "margin", "margin_ref", "gamma", "beta"}},
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
  command.option("--beta", options.beta, "Inverse temperature of the reference (default: where it freezes)");
  command.option("--margin", options.margin, "Margin of the solutions counted");
  command.option("--distance", options.distance, "Distances d in (0, 1/2], a list or a range");
}

}  // namespace wfm::cli
