// theory_sweep: every replica calculation at random control parameters. It prints a table and returns 1 where an answer breaks
// a demand. A violation is printed with its parameters and with the options that repeat it alone.
#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "math/parallel.hpp"
#include "trial.hpp"

namespace wfm::theory::sweep {
namespace {

using Clock = std::chrono::steady_clock;
constexpr double longest_trial_s = 600;  // of several calls, processor time

/// Processor time of all threads so far: on a busy machine nothing is said by the clock on the wall.
double processor_seconds() {
  return double(std::clock()) / CLOCKS_PER_SEC;
}

/// Ends the program where one trial does not end within `longest_s` of processor time of each of the threads.
class Watchdog {
 public:
  Watchdog(double longest_s, std::size_t threads)
      : longest_s_(longest_s * double(threads)), thread_([this] { watch(); }) {}
  ~Watchdog() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  void begin(std::size_t trial, const std::string& text) {
    const std::lock_guard lock(mutex_);
    running_[trial] = {processor_seconds(), text};
  }
  void end(std::size_t trial) {
    const std::lock_guard lock(mutex_);
    running_.erase(trial);
  }

 private:
  void watch() {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, std::chrono::seconds(1), [this] { return ended_; })) {
      for (const auto& [trial, entry] : running_) {
        if (processor_seconds() - entry.first < longest_s_) continue;
        fmt::print("VIOLATION, no end within {} s of processor time: trial {}, {}\n", longest_s_, trial,
                   entry.second);
        std::fflush(stdout);
        std::_Exit(1);
      }
    }
  }

  double longest_s_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool ended_ = false;
  std::map<std::size_t, std::pair<double, std::string>> running_;
  std::thread thread_;
};

struct Sums {
  long trials = 0, points = 0, converged = 0, violations = 0;
  std::map<std::string, long> reasons;
  double slowest_ms = 0, seconds = 0;
  std::string slowest;
};

struct Options {
  long points = 10000;
  std::uint64_t seed = 1;
  std::string only;
  int threads = 0;
  long first = 0;
  double faster_than_ms = 1e300;
  double seconds = 1e300;
};

void add(Sums& sums, const Calculation& calculation, std::size_t index, const Trial& trial,
         std::uint64_t seed) {
  ++sums.trials;
  sums.points += trial.converged();
  sums.converged += trial.converged();
  for (const auto& [reason, count] : trial.reasons()) {
    sums.reasons[reason] += count;
    sums.points += count;
  }
  if (trial.slowest_ms() > sums.slowest_ms) {
    sums.slowest_ms = trial.slowest_ms();
    sums.slowest = fmt::format("--first {}: {}", index, trial.text());
  }
  for (const std::string& violation : trial.violations()) {
    ++sums.violations;
    fmt::print("VIOLATION {}: {}\n  {}\n  --only {} --seed {} --first {} --points 1\n", calculation.name,
               violation, trial.text(), calculation.name, seed, index);
  }
  std::fflush(stdout);
}

/// Trials until there are enough points. Their number does not depend on the threads: they come in blocks.
Sums sweep(const Calculation& calculation, std::uint64_t number, const Options& options) {
  constexpr std::size_t block = 16;
  const long wanted = std::min(options.points, calculation.most_points);
  Sums sums;
  const std::size_t threads =
      options.threads > 0 ? std::size_t(options.threads) : std::max(1u, std::thread::hardware_concurrency());
  Watchdog watchdog(longest_trial_s, threads);
  const auto begin = Clock::now();
  for (std::size_t first = std::size_t(options.first); sums.points < wanted;) {
    const std::size_t count =
        std::min(block, std::size_t(wanted - sums.points + 19) / 20);  // curves have some points each
    std::vector<Trial> trials;
    for (std::size_t i = 0; i < count; ++i)
      trials.emplace_back([&, i](const std::string& text) { watchdog.begin(first + i, text); });
    parallel_for(count, options.threads, [&](std::size_t i) {
      Draw draw(RandomStream(options.seed, Purpose::measurement, number << 40 | (first + i)));
      try {
        calculation.trial(draw, trials[i]);
      } catch (const std::exception& error) {
        trials[i].demand(false, fmt::format("an exception: {}", error.what()));
      }
      trials[i].demand(trials[i].slowest_ms() <= calculation.longest_ms,
                       fmt::format("a call took {:.0f} ms, more than {:.0f}", trials[i].slowest_ms(),
                                   calculation.longest_ms));
      watchdog.end(first + i);
    });
    for (std::size_t i = 0; i < count; ++i) add(sums, calculation, first + i, trials[i], options.seed);
    first += count;
    if (std::chrono::duration<double>(Clock::now() - begin).count() > options.seconds) break;
  }
  sums.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return sums;
}

void print(const Calculation& calculation, const Sums& sums) {
  fmt::print(
      "\n{}: {}\n  {} points in {} trials, {} converged, {} violations; slowest call {:.0f} ms; {:.0f} s\n",
      calculation.name, calculation.demands, sums.points, sums.trials, sums.converged, sums.violations,
      sums.slowest_ms, sums.seconds);
  for (const auto& [reason, count] : sums.reasons) fmt::print("  {:7} not converged: {}\n", count, reason);
  fmt::print("  slowest {}\n", sums.slowest);
  std::fflush(stdout);
}

int run(const Options& options) {
  std::vector<Calculation> all;
  for (const auto& group :
       {storage_calculations(), franz_parisi_calculations(), gibbs_calculations(),
        local_entropy_calculations(), explicit_centre_calculations(), units_franz_parisi_calculations()})
    all.insert(all.end(), group.begin(), group.end());
  std::string table =
      "\n| calculation | points | converged | not converged | violations | slowest call, ms |\n"
      "| --- | --- | --- | --- | --- | --- |\n";
  long violations = 0;
  bool any = false;
  for (std::size_t number = 0; number < all.size(); ++number) {
    if (!options.only.empty() && options.only != all[number].name) continue;
    any = true;
    if (all[number].longest_ms >= options.faster_than_ms) continue;
    const Sums sums = sweep(all[number], number, options);
    print(all[number], sums);
    violations += sums.violations;
    table += fmt::format("| {} | {} | {} | {} | {} | {:.0f} |\n", all[number].name, sums.points,
                         sums.converged, sums.points - sums.converged, sums.violations, sums.slowest_ms);
  }
  if (!any) {
    fmt::print("no calculation is called {}; there are:\n", options.only);
    for (const Calculation& calculation : all) fmt::print("  {}\n", calculation.name);
    return 2;
  }
  fmt::print("{}", table);
  return violations == 0 ? 0 : 1;
}

}  // namespace
}  // namespace wfm::theory::sweep

int main(int argc, char** argv) {
  wfm::theory::sweep::Options options;
  CLI::App app{
      "Every replica calculation at random control parameters; exit status 1 where a demand is broken."};
  app.add_option("--points", options.points, "points of each calculation (slow ones have fewer)")
      ->check(CLI::PositiveNumber);
  app.add_option("--seed", options.seed, "of all random parameters");
  app.add_option("--only", options.only, "one calculation by its name");
  app.add_option("--threads", options.threads, "0: as many as the machine has");
  app.add_option("--first", options.first, "number of the first trial: repeats a violation");
  app.add_option("--faster-than", options.faster_than_ms,
                 "leaves out the calculations of which one call may take this many ms");
  app.add_option("--seconds", options.seconds, "ends a calculation early, after a block of trials");
  CLI11_PARSE(app, argc, argv);
  return wfm::theory::sweep::run(options);
}
