// The program's commands and options, over CLI11, which only command_line.cpp includes (it is slow to compile).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace wfm::cli {

/// One command, subcommand or the program itself: options bound to variables, and the action to run after parsing.
/// Copies refer to the same command. Variables must outlive the parse; a shared_ptr captured by the action keeps them.
class Command {
 public:
  /// Adds a subcommand; `example` is printed at the end of its help and must be runnable as it stands.
  Command subcommand(const std::string& name, const std::string& help, const std::string& example);

  /// Options: the variable's value is the default that the help shows.
  void option(const std::string& flag, std::string& value, const std::string& help);
  void option(const std::string& flag, double& value, const std::string& help);
  void option(const std::string& flag, int& value, const std::string& help);
  void option(const std::string& flag, std::int64_t& value, const std::string& help);
  void option(const std::string& flag, std::uint64_t& value, const std::string& help);
  void flag(const std::string& flag, bool& value, const std::string& help);
  void choice(const std::string& flag, std::string& value, const std::vector<std::string>& allowed,
              const std::string& help);
  void positional(const std::string& name, std::vector<std::string>& values, const std::string& help,
                  bool required);

  /// Was the option given on the command line, or by `set`?
  bool given(const std::string& flag) const;

  /// The options in the order in which they were added, without help.
  struct Option {
    enum class Kind { text, number, whole, natural, flag };
    std::string flag;
    Kind kind;
    std::string value;  // as given, numbers in their shortest form; empty where not given
  };
  std::vector<Option> options() const;

  /// Gives an option as if it had been typed. Throws InvalidInput for a value that the option does not take.
  void set(const std::string& flag, const std::string& text);

  /// The whole command line as it was typed, for records.
  const std::string& command_line() const;

  /// What the command does when it is the one called; returns the exit code.
  void action(std::function<int()> run);

 private:
  friend int run_program(int, char**, const std::string&, const std::function<void(Command)>&);
  struct Program;
  Command(Program* program, void* app) : program_(program), app_(app) {}
  Program* program_;  // owned by run_program; shared ownership would be a cycle, since actions hold Commands
  void* app_;         // CLI::App
};

/// Parses and runs: `declare` adds the commands. Exit codes: 0 done; 1 goal not reached; 2 bad usage or input; 3 file or resource
/// trouble; 130 interrupted. Every refusal is one line on standard error.
int run_program(int argc, char** argv, const std::string& description,
                const std::function<void(Command)>& declare);

}  // namespace wfm::cli
