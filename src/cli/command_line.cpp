#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <new>

#include "math/error.hpp"
#include "version.hpp"

namespace wfm::cli {

struct Command::Program {
  CLI::App app;
  std::function<int()> chosen;
  std::string line;
};

namespace {

CLI::App& app_of(void* app) {
  return *static_cast<CLI::App*>(app);
}

template <class T>
void add_option(void* app, const std::string& flag, T& value, const std::string& help) {
  app_of(app).add_option(flag, value, help)->capture_default_str();
}

// First line of a message: a refusal is one line, whatever a library adds to it.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

Command::Option::Kind kind_of(const CLI::Option& option) {
  using Kind = Command::Option::Kind;
  const std::string type = option.get_type_name();  // with the names of its checks behind
  if (option.get_expected_min() == 0) return Kind::flag;
  if (type.starts_with("FLOAT")) return Kind::number;
  if (type.starts_with("INT")) return Kind::whole;
  return type.starts_with("UINT") ? Kind::natural : Kind::text;
}

std::string value_of(const CLI::Option& option, Command::Option::Kind kind) {
  using Kind = Command::Option::Kind;
  switch (kind) {
    case Kind::number:
      return fmt::format("{}", option.as<double>());
    case Kind::whole:
      return fmt::format("{}", option.as<std::int64_t>());
    case Kind::natural:
      return fmt::format("{}", option.as<std::uint64_t>());
    case Kind::flag:
      return option.as<bool>() ? "true" : "false";
    case Kind::text:
      break;
  }
  return option.as<std::string>();
}

// The first word that should name a command and does not, with the commands that there are; empty if there is none.
std::string unknown_command(const CLI::App& program, int argc, char** argv) {
  const CLI::App* app = &program;
  for (int j = 1; j < argc && argv[j][0] != '-'; ++j) {
    const auto known = app->get_subcommands([](const CLI::App*) { return true; });
    if (known.empty()) return "";
    const CLI::App* next = nullptr;
    std::string names;
    for (const CLI::App* one : known) {
      if (one->get_name() == argv[j]) next = one;
      names += (names.empty() ? "" : ", ") + one->get_name();
    }
    if (next == nullptr) return "unknown command '" + std::string(argv[j]) + "', must be one of " + names;
    app = next;
  }
  return "";
}

int refuse(int code, const std::string& message) {
  std::fprintf(stderr, "wfm: %s\n", first_line(message).c_str());
  return code;
}

}  // namespace

Command Command::subcommand(const std::string& name, const std::string& help, const std::string& example) {
  app_of(app_).require_subcommand(1);
  CLI::App* app = app_of(app_).add_subcommand(name, help);
  if (!example.empty()) app->footer("Example:\n  " + example);
  return {program_, app};
}

void Command::option(const std::string& flag, std::string& value, const std::string& help) {
  add_option(app_, flag, value, help);
}
void Command::option(const std::string& flag, double& value, const std::string& help) {
  add_option(app_, flag, value, help);
}
void Command::option(const std::string& flag, int& value, const std::string& help) {
  add_option(app_, flag, value, help);
}
void Command::option(const std::string& flag, std::int64_t& value, const std::string& help) {
  add_option(app_, flag, value, help);
}
void Command::option(const std::string& flag, std::uint64_t& value, const std::string& help) {
  app_of(app_).add_option(flag, value, help)->check(CLI::NonNegativeNumber)->capture_default_str();
}
void Command::flag(const std::string& flag, bool& value, const std::string& help) {
  app_of(app_).add_flag(flag, value, help);
}
void Command::choice(const std::string& flag, std::string& value, const std::vector<std::string>& allowed,
                     const std::string& help) {
  app_of(app_).add_option(flag, value, help)->check(CLI::IsMember(allowed))->capture_default_str();
}
void Command::positional(const std::string& name, std::vector<std::string>& values, const std::string& help,
                         bool required) {
  app_of(app_).add_option(name, values, help)->required(required);
}

bool Command::given(const std::string& flag) const {
  return app_of(app_).get_option(flag)->count() > 0;
}

std::vector<Command::Option> Command::options() const {
  std::vector<Option> options;
  for (const CLI::Option* option : static_cast<const CLI::App&>(app_of(app_)).get_options()) {
    if (option == app_of(app_).get_help_ptr() || option->get_positional()) continue;
    const Option::Kind kind = kind_of(*option);
    options.push_back({option->get_name(), kind, option->count() == 0 ? "" : value_of(*option, kind)});
  }
  return options;
}

void Command::set(const std::string& flag, const std::string& text) {
  CLI::Option* option = app_of(app_).get_option(flag);
  try {
    option->add_result(text);
    option->run_callback();
  } catch (const CLI::ParseError& error) {
    const Option::Kind kind = kind_of(*option);
    require(kind != Option::Kind::whole && kind != Option::Kind::natural,
            fmt::format("{}: must be a whole number in its range, got '{}'", flag, text));
    const std::string reason = first_line(error.what());
    throw InvalidInput(reason.starts_with(flag) ? reason : flag + ": " + reason);
  }
}

const std::string& Command::command_line() const {
  return program_->line;
}

void Command::action(std::function<int()> run) {
  app_of(app_).callback([program = program_, run = std::move(run)] { program->chosen = run; });
}

int run_program(int argc, char** argv, const std::string& description,
                const std::function<void(Command)>& declare) {
  Command::Program program;
  for (int j = 0; j < argc; ++j) program.line += (j == 0 ? "wfm" : std::string(" ") + argv[j]);
  program.app.description(description);
  program.app.name("wfm");
  program.app.set_version_flag("--version", std::string("wfm ") + std::string(version));
  program.app.get_formatter()->column_width(34);
  declare(Command(&program, &program.app));
  try {
    program.app.parse(argc, argv);
    const int code = program.chosen ? program.chosen() : 0;
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
      return refuse(3, "standard output cannot be written");
    return code;
  } catch (const CLI::Success& success) {  // --help, --version
    return program.app.exit(success);
  } catch (const CLI::ParseError& error) {
    const std::string unknown = unknown_command(program.app, argc, argv);
    if (!unknown.empty()) return refuse(2, unknown);
    return refuse(2, std::string(error.what()) + " (see wfm --help)");
  } catch (const InvalidInput& error) {
    return refuse(2, error.what());
  } catch (const ResourceProblem& error) {
    return refuse(3, error.what());
  } catch (const std::bad_alloc&) {
    return refuse(3, "out of memory");
  } catch (const std::exception& error) {
    return refuse(3, std::string("unexpected: ") + error.what());
  }
}

}  // namespace wfm::cli
