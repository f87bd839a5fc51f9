#include "experiments/claims.hpp"

#include <fmt/format.h>

#include <map>

#include "experiments/document.hpp"

namespace wfm::experiments {

io::Json claims_document(const std::vector<io::Json>& documents, const std::vector<std::string>& names,
                         const ExperimentSettings& settings, double seconds) {
  Document ledger{
      "claims",
      "Claims of the papers, judged",
      "Every statement that an experiment of this program tests, with what was computed and found. A claim "
      "that fails is shown like one that holds.",
      {},
      {},
      {}};
  io::Json rows = io::Json::array();
  std::map<std::string, int> counts;
  for (const io::Json& document : documents)
    for (const io::Json& finding : document.at("findings")) {
      ledger.findings.push_back(finding);
      ++counts[finding.at("verdict").get<std::string>()];
      rows.push_back({{"experiment", document.at("name")},
                      {"source", finding.value("source", "")},
                      {"claim", finding.at("claim")},
                      {"verdict", finding.at("verdict")},
                      {"result", finding.value("evidence", "")},
                      {"statistic", finding.value("statistic", "")},
                      {"command", finding.value("command", "")}});
    }
  for (const auto& [name, count] : counts) ledger.facts.push_back({name, std::to_string(count)});
  Section section{"ledger", "The ledger", {}, {}, {}};
  section.text = {
      "One line a claim. [A] is arXiv:2107.01163, [B] arXiv:1905.07833; no number here is taken from them."};
  section.tables = {make_table("claims", "All claims",
                               {{"experiment", "experiment"},
                                {"source", "source"},
                                {"claim", "claim"},
                                {"verdict", "verdict"},
                                {"result", "result"},
                                {"statistic", "statistic"},
                                {"command", "command"}},
                               rows)};
  ledger.sections = {to_json(section)};
  io::Json json = to_json(ledger, settings, seconds);
  json["command"] = fmt::format("wfm reproduce {}{}--claims {}", fmt::join(names, " "),
                                names.empty() ? "" : " ", settings_options(settings));
  return json;
}

bool is_current(const io::Json& document, const NamedExperiment& experiment,
                const ExperimentSettings& settings) {
  return document.value("format", "") == "wfm-results" &&
         document.value("version", "") == program_version() &&
         document.value("command", "") == reproduce_command(experiment.name, settings);
}

}  // namespace wfm::experiments
