// wfm reproduce committee-algorithms: how flat the solutions are that algorithms find for the spherical tree committee, on the same
// instances: normalised local entropy against distance, local energy against noise.
#include <fmt/format.h>

#include <cmath>

#include "experiments/instance_experiments.hpp"
#include "experiments/spherical_committee.hpp"

namespace wfm::experiments {

namespace {

constexpr std::size_t judged_distance = 3, judged_noise = 2;  // of the lists below: 0.05 and 0.2

using Solutions = std::vector<MeasuredSolution>;

io::Json above_claim(const Solutions& all, const CommitteeStudy& study, const std::string& first,
                     const std::string& second, const std::string& statement, const std::string& source) {
  const MeanAndError entropy = paired_difference(all, first, second, entropy_at(judged_distance)),
                     energy = paired_difference(all, first, second, energy_at(judged_noise));
  return to_json(Claim{
      three_errors_verdict(entropy), statement,
      fmt::format("normalised local entropy at d = {} around solutions of {} minus that around solutions of "
                  "{} on the same instance: mean above three standard errors holds, below minus three fails",
                  study.measures.distances[judged_distance], first, second),
      fmt::format("{} over {} instances; local energy at noise {}, the same difference: {}",
                  with_error(entropy), entropy.count, study.measures.noise[judged_noise], with_error(energy)),
      source});
}

/// How many of the others lie above it by three standard errors.
io::Json near_top_claim(const Solutions& all, const CommitteeStudy& study, const std::string& label) {
  std::size_t above = 0, others = 0;
  bool decided = true;
  std::string evidence;
  for (const Contender& other : committee_contenders()) {
    if (other.label == label) continue;
    const MeanAndError difference = paired_difference(all, label, other.label, entropy_at(judged_distance));
    decided = decided && std::isfinite(difference.standard_error);
    above += three_errors_verdict(difference) == "fails" ? 1 : 0;
    ++others;
    evidence +=
        fmt::format("{}minus {}: {}", evidence.empty() ? "" : "; ", other.label, with_error(difference));
  }
  return to_json(
      Claim{verdict(decided, above <= 1), fmt::format("{} is near the top.", label),
            fmt::format("holds where at most one of the {} others has a normalised local entropy at d = {} "
                        "that is above by three standard errors of the paired differences",
                        others, study.measures.distances[judged_distance]),
            fmt::format("{} above; {}", above, evidence), "[B]"});
}

/// Local entropy minus that of fBP on the same instance; without LAL, which is far below.
std::vector<Series> difference_series(const Solutions& all, const std::vector<double>& distances,
                                      const std::string& reference, const std::string& left_out) {
  std::vector<Series> curves;
  for (std::size_t c = 0; c < committee_contenders().size(); ++c) {
    const std::string& label = committee_contenders()[c].label;
    if (label == reference || label == left_out) continue;
    Series series;
    series.name = fmt::format("{} minus {}", label, reference);
    series.group = SeriesGroup::instance;
    series.color = int(c);
    for (std::size_t d = 0; d < distances.size(); ++d) {
      const MeanAndError value = paired_difference(all, label, reference, entropy_at(d));
      series.x.push_back(distances[d]);
      series.y.push_back(value.mean);
      series.error.push_back(value.standard_error);
    }
    curves.push_back(series);
  }
  return curves;
}

io::Json rows_of(const Solutions& all, const CommitteeStudy& study) {
  io::Json rows = io::Json::array();
  for (const Contender& contender : committee_contenders()) {
    const Counts number = counts(all, contender.label);
    const auto put = [&](io::Json& row, const std::string& key, const Measure& measure) {
      const MeanAndError value = average(all, contender.label, measure);
      row[key] = io::number(value.mean);
      row[key + "_error"] = io::number(value.standard_error);
    };
    io::Json row = {{"algorithm", contender.label},
                    {"runs", number.runs},
                    {"solved", number.solved},
                    {"unconverged", number.unconverged},
                    {"points", number.solved * study.measures.distances.size()}};
    put(row, "entropy", entropy_at(judged_distance));
    put(row, "energy", energy_at(judged_noise));
    row["steps"] =
        io::number(average(all, contender.label, [](const auto& s) { return double(s.steps); }).mean);
    row["seconds"] = io::number(average(all, contender.label, [](const auto& s) { return s.seconds; }).mean);
    rows.push_back(row);
  }
  return rows;
}

}  // namespace

std::optional<io::Json> committee_algorithms(const ExperimentSettings& settings) {
  return committee_algorithms(committee_study(settings, 20, {0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2},
                                              {0.05, 0.1, 0.2, 0.3, 0.5}),
                              settings);
}

std::optional<io::Json> committee_algorithms(const CommitteeStudy& study,
                                             const ExperimentSettings& settings) {
  const std::vector<Contender>& contenders = committee_contenders();
  Steps steps(settings, std::int64_t(study.instances * contenders.size()));
  const auto found = solve_and_measure(study, settings, steps);
  if (!found) return std::nullopt;
  const Solutions& all = *found;
  const auto &distances = study.measures.distances, &noise = study.measures.noise;

  std::vector<Series> entropies, energies;
  for (std::size_t c = 0; c < contenders.size(); ++c) {
    entropies.push_back(average_series(all, contenders[c].label, distances, entropy_at));
    energies.push_back(average_series(all, contenders[c].label, noise, energy_at));
    entropies.back().color = energies.back().color = int(c);
  }
  Section section{"flatness", "How flat solutions are", {}, {}, {}};
  section.text = {
      "Random ±1 patterns. Every run stops at its first configuration without training errors; eLAL offers "
      "the "
      "barycentre of its 20 replicas. Local entropy by message passing (AMP); points that did not converge "
      "are "
      "left out of the means and counted. Sampling is no check at this size, where the solutions are one in "
      "e^100 of the slice; the local energy is, being free of message passing."};
  section.charts = {
      make_chart("entropy", "Local entropy around solutions", {"distance d"}, {"normalised local entropy"},
                 entropies,
                 fmt::format("{}. Means and standard errors over the solved ones.", description(study))),
      make_chart("difference", "The same, less that of fBP", {"distance d"}, {"difference"},
                 difference_series(all, distances, "fBP", "LAL"),
                 "Paired differences on the same instances, means and standard errors; LAL, far below, is "
                 "left out."),
      make_chart("energy", "Local energy", {"relative noise s"}, {"share of patterns broken"}, energies,
                 fmt::format("{} disturbances of a solution.", study.measures.samples))};
  for (auto& chart : section.charts) chart["overview"] = true;
  section.tables = {
      make_table("algorithms", "Algorithms",
                 {{"algorithm", "algorithm"},
                  {"runs", "runs"},
                  {"solved", "solved"},
                  {"entropy", fmt::format("entropy, d = {}", distances[judged_distance]), 4},
                  {"entropy_error", "±", 2},
                  {"energy", fmt::format("local energy, s = {}", noise[judged_noise]), 3},
                  {"energy_error", "±", 2},
                  {"unconverged", "points not converged"},
                  {"points", "of"},
                  {"steps", "steps", 3},
                  {"seconds", "seconds", 3}},
                 rows_of(all, study),
                 "Standard errors over instances, which are common to all: differences have smaller ones.")};

  Document document{"committee-algorithms",
                    "Algorithms on the committee",
                    "How flat the solutions of the spherical tree committee are",
                    {},
                    {},
                    {}};
  document.facts = {{"problem", description(study)}};
  document.findings = {
      above_claim(all, study, "eLAL slow", "LAL",
                  "Entropic least action learning ends in flatter solutions than least action learning.",
                  "[B]"),
      above_claim(
          all, study, "ceSGD slow", "ceSGD fast",
          "Norms that grow slowly lead gradient descent to flatter solutions than norms that grow fast.",
          "[B]"),
      above_claim(all, study, "eLAL slow", "eLAL fast",
                  "Replicas that are pulled together slowly end in flatter solutions.", "beyond"),
      near_top_claim(all, study, "fBP")};
  document.sections = {to_json(section)};
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
