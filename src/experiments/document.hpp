// The document of an experiment (format: io/report.hpp): what is common to all of them, and the claims that it judges.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <vector>

#include "experiments/named.hpp"
#include "experiments/results.hpp"

namespace wfm::experiments {

/// A statement of a paper, judged by what an experiment measured: a line of the claims ledger.
struct Claim {
  std::string verdict;    // holds, fails, undecided, note
  std::string statement;  // what is claimed, one sentence
  std::string statistic;  // what was computed to judge it, and the rule of the verdict
  std::string result;     // the numbers, with their errors
  std::string source;     // "[A]", "[B]"
};
io::Json to_json(const Claim& claim);

/// "holds" or "fails"; "undecided" where a number that the rule needs is missing.
std::string verdict(bool decided, bool holds);

struct Section {
  std::string id, title;
  std::vector<std::string> text;
  std::vector<io::Json> charts, tables;
};
io::Json to_json(const Section& section);

/// A column of a table: key of the rows, label, significant digits (0: as they are).
struct Column {
  std::string key, label;
  int digits = 0;
};
io::Json make_table(const std::string& id, const std::string& title, const std::vector<Column>& columns,
                    const io::Json& rows, const std::string& caption = "");

/// Counts the steps of an experiment, reports them, and knows whether it was interrupted. Safe to share between threads.
class Steps {
 public:
  Steps(const ExperimentSettings& settings, std::int64_t total) : settings_(settings), total_(total) {}
  void done(const std::string& note);
  bool interrupted() const { return settings_.interrupted && settings_.interrupted(); }
  double seconds() const;

 private:
  const ExperimentSettings& settings_;
  const std::int64_t total_;
  std::int64_t done_ = 0;
  std::mutex mutex_;
  const std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

/// Seed of instance j: instances of different --seed never coincide (below 1000 of them).
std::uint64_t instance_seed(const ExperimentSettings& settings, std::size_t j);

/// A setting's own number of instances or seeds becomes the one asked for, if any.
template <class Count>
void replace_count(Count& count, const ExperimentSettings& settings) {
  if (settings.instances) count = Count(*settings.instances);
}

/// Version and revision of the program, as documents record them.
std::string program_version();

/// The options of `wfm reproduce` that ask for these settings.
std::string settings_options(const ExperimentSettings& settings);

/// The command line that makes an experiment's results.
std::string reproduce_command(const std::string& name, const ExperimentSettings& settings);

struct Document {
  std::string name, title, subtitle;
  std::vector<std::pair<std::string, std::string>> facts;  // label, value
  std::vector<io::Json> findings, sections;
};
/// Findings without a command get the one that makes the document.
io::Json to_json(const Document& document, const ExperimentSettings& settings, double seconds);

}  // namespace wfm::experiments
