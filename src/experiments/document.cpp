#include "experiments/document.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <thread>

#include "version.hpp"

namespace wfm::experiments {

io::Json to_json(const Claim& claim) {
  return {{"verdict", claim.verdict},
          {"claim", claim.statement},
          {"evidence", claim.result},
          {"statistic", claim.statistic},
          {"source", claim.source}};
}

std::string verdict(bool decided, bool holds) {
  return !decided ? "undecided" : holds ? "holds" : "fails";
}

io::Json to_json(const Section& section) {
  io::Json json = {{"id", section.id}, {"title", section.title}, {"text", section.text}};
  if (!section.charts.empty()) json["charts"] = section.charts;
  if (!section.tables.empty()) json["tables"] = section.tables;
  return json;
}

io::Json make_table(const std::string& id, const std::string& title, const std::vector<Column>& columns,
                    const io::Json& rows, const std::string& caption) {
  io::Json table = {{"id", id}, {"title", title}, {"caption", caption}, {"columns", io::Json::array()}};
  for (const Column& column : columns) {
    table["columns"].push_back({{"key", column.key}, {"label", column.label}});
    if (column.digits > 0) table["columns"].back()["digits"] = column.digits;
  }
  table["rows"] = rows;
  return table;
}

void Steps::done(const std::string& note) {
  const std::lock_guard lock(mutex_);
  ++done_;
  if (settings_.progress) settings_.progress(done_, total_, note);
}

double Steps::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count();
}

std::uint64_t instance_seed(const ExperimentSettings& settings, std::size_t j) {
  return 1000 * settings.seed + j;
}

std::string program_version() {
  return revision.empty() ? std::string(version) : fmt::format("{} ({})", version, revision);
}

std::string settings_options(const ExperimentSettings& settings) {
  return fmt::format("--seed {}{}{}", settings.seed, settings.quick ? "" : " --full",
                     settings.instances ? fmt::format(" --instances {}", *settings.instances) : "");
}

std::string reproduce_command(const std::string& name, const ExperimentSettings& settings) {
  return fmt::format("wfm reproduce {} {}", name, settings_options(settings));
}

io::Json to_json(const Document& document, const ExperimentSettings& settings, double seconds) {
  const std::string command = reproduce_command(document.name, settings);
  io::Json json = {{"format", "wfm-results"},
                   {"version", program_version()},
                   {"name", document.name},
                   {"title", document.title},
                   {"subtitle", document.subtitle},
                   {"command", command},
                   {"created", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))},
                   {"seconds", seconds},
                   {"machine", fmt::format("{} processors", std::thread::hardware_concurrency())}};
  json["facts"] = io::Json::array();
  for (const auto& [label, value] : document.facts)
    json["facts"].push_back({{"label", label}, {"value", value}});
  json["facts"].push_back({{"label", "time"}, {"value", fmt::format("{:.0f} s", seconds)}});
  json["findings"] = document.findings;
  for (auto& finding : json["findings"])
    if (!finding.contains("command")) finding["command"] = command;
  json["sections"] = document.sections;
  return json;
}

}  // namespace wfm::experiments
