// wfm theory franz-parisi: solutions at a distance from a typical solution with margin, or from a minimiser of a loss.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/theory_options.hpp"
#include "math/error.hpp"
#include "theory/capacity.hpp"
#include "theory/franz_parisi.hpp"
#include "theory/gibbs_franz_parisi.hpp"
#include "theory/replica_symmetric.hpp"
#include "theory/teacher_franz_parisi.hpp"

namespace wfm::cli {

namespace {

/// What a curve's references are.
struct Reference {
  std::string margin;  // of typical solutions: a number or "max"; empty for a loss
  theory::GibbsLoss loss;
  std::string beta;  // a number; empty where the measure freezes
};

struct Curve {
  double alpha = 0, margin = 0;
  Reference reference;
};

/// The parts of a list that may hold words: numbers and ranges one by one, words as they are.
std::vector<std::string> parse_with_words(const std::string& text, const std::string& word,
                                          const std::string& option) {
  std::vector<std::string> parts;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    const std::string part = text.substr(from, comma - from);
    from = comma + 1;
    if (part == word)
      parts.push_back(part);
    else
      for (const double value : parse_list(part, option)) parts.push_back(fmt::format("{}", value));
  }
  return parts;
}

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
  for (const double d : distances) {
    theory::FranzParisiPoint point;
    point.distance = d;
    point.p = 1 - 2 * d;
    point.entropy = point.q = point.t = point.slope = point.replicon = point.residual =
        point.quadrature_error = std::numeric_limits<double>::quiet_NaN();
    point.reason = reason;
    rows.push_back(row_of(curve, point));
  }
  return rows;
}

/// Typical solutions of margin kappa_r. They exist where their own RS entropy is not negative.
io::Json around_margin(const Curve& curve, const theory::Machine& machine,
                       const std::vector<double>& distances) {
  double kappa_r = 0;
  if (curve.reference.margin == "max") {
    const auto largest = theory::max_margin(curve.alpha, machine);
    if (!largest.converged) {
      io::Json rows = failed_rows(curve, distances, "no maximum margin: " + largest.reason);
      for (auto& row : rows) row["margin_ref"] = nullptr, row["reference_exists"] = false;
      return rows;
    }
    kappa_r = largest.kappa_max;
  } else {
    kappa_r = parse_list(curve.reference.margin, "--margin-ref").at(0);
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
  const double kappa_r = parse_list(curve.reference.margin, "--margin-ref").at(0);
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
  double beta = 0;
  io::Json rows;
  if (curve.reference.beta.empty()) {
    const auto frozen = theory::freezing(curve.alpha, curve.reference.loss);
    if (!frozen.converged) rows = failed_rows(curve, distances, "no freezing temperature: " + frozen.reason);
    beta = frozen.beta;
  } else {
    beta = parse_list(curve.reference.beta, "--beta").at(0);
  }
  const auto measure =
      rows.empty() ? theory::gibbs_measure(curve.alpha, curve.reference.loss, beta) : theory::GibbsState{};
  if (rows.empty())
    for (const auto& point :
         theory::gibbs_franz_parisi_curve({curve.alpha, curve.reference.loss, beta, curve.margin}, distances))
      rows.push_back(row_of(curve, point));
  for (auto& row : rows) {
    row["gamma"] = curve.reference.loss.gamma;
    row["beta"] = io::number(beta);
    row["reference_q"] = measure.converged ? io::number(measure.q) : io::Json();
    row["reference_entropy"] = measure.converged ? io::number(measure.entropy) : io::Json();
    row["reference_error_probability"] =
        measure.converged ? io::number(measure.error_probability) : io::Json();
    row["reference_replicon"] = measure.converged ? io::number(measure.replicon) : io::Json();
  }
  return rows;
}

std::vector<Reference> references_of(const TheoryOptions& options) {
  std::vector<Reference> references;
  if (options.reference_loss == "margin") {
    for (const auto& kappa : parse_with_words(options.reference_margin, "max", "--margin-ref"))
      references.push_back({kappa, {}, ""});
    return references;
  }
  theory::GibbsLoss loss;
  loss.kind = options.reference_loss == "cross-entropy" ? theory::LossKind::cross_entropy
              : options.reference_loss == "hinge"       ? theory::LossKind::hinge
                                                        : theory::LossKind::error_counting;
  std::vector<std::string> betas{""};
  if (!options.beta.empty()) betas = parse_with_words(options.beta, "", "--beta");
  const bool sharpness = loss.kind == theory::LossKind::cross_entropy;
  for (const double value : parse_list(sharpness ? options.gamma : options.reference_margin,
                                       sharpness ? "--gamma" : "--margin-ref"))
    for (const auto& beta : betas) {
      (sharpness ? loss.gamma : loss.margin) = value;
      references.push_back({"", loss, beta});
    }
  return references;
}

experiments::Series data_free_bound(const std::vector<double>& distances) {
  experiments::Series bound;
  bound.name = "data-free bound";
  bound.group = experiments::SeriesGroup::bound;
  bound.dashed = true;
  for (const double d : distances) bound.x.push_back(d), bound.y.push_back(theory::data_free_entropy(d));
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
      require(!curve.reference.margin.empty() && curve.reference.margin != "max",
              "--teacher: the reference is a typical student, --margin-ref a number");
  }
  const io::Json grouped = rows_of(curves, options.shared.threads, [&](const Curve& curve) {
    return options.teacher                  ? around_student(curve, distances)
           : curve.reference.margin.empty() ? around_loss(curve, distances)
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
                       {data_free_bound(distances)});
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
