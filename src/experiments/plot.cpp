#include "experiments/plot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <system_error>

#include "embedded.hpp"
#include "io/atomic_file.hpp"
#include "math/error.hpp"
#include "version.hpp"

extern char** environ;

namespace wfm::experiments {

namespace {

namespace fs = std::filesystem;

// A folder of its own, removed at the end.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "wfm-plot-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw ResourceProblem("plot: no temporary folder can be made at " + name);
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

// Runs /usr/bin/python3 with the script on standard input closed; its standard error becomes the message of a failure.
void run_plot_script(const fs::path& results, const fs::path& folder, const std::string& formats) {
  const ScratchFolder scratch;
  const fs::path script = scratch.path() / "plot_results.py";
  io::write_atomically(script, embedded::plot_results_py);
  std::array<std::string, 6> words{"python3",       script.string(), results.string(),
                                   folder.string(), "--format",      formats};
  std::array<char*, 7> arguments{};
  for (std::size_t j = 0; j < words.size(); ++j) arguments[j] = words[j].data();

  std::array<int, 2> pipe_ends{};
  if (pipe(pipe_ends.data()) != 0) throw ResourceProblem("plot: no pipe can be made");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDERR_FILENO);
  posix_spawn_file_actions_addclose(&actions, pipe_ends[0]);
  pid_t child = 0;
  const int failed = posix_spawn(&child, "/usr/bin/python3", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[1]);
  std::string message;
  std::array<char, 4096> buffer{};
  for (ssize_t count = 0; !failed && (count = read(pipe_ends[0], buffer.data(), buffer.size())) > 0;)
    message.append(buffer.data(), std::size_t(count));
  close(pipe_ends[0]);
  if (failed)
    throw ResourceProblem(
        "plot: /usr/bin/python3 cannot be started (Debian packages python3, python3-matplotlib)");
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  while (!message.empty() && message.back() == '\n') message.pop_back();
  throw ResourceProblem("plot: " +
                        (message.empty() ? "python3 failed" : message.substr(message.rfind('\n') + 1)));
}

}  // namespace

void plot_results(const fs::path& results_file, const fs::path& folder) {
  run_plot_script(results_file, folder, "png,svg");
}

void check_plot_file(const fs::path& file) {
  const auto extension = file.extension();
  require(extension == ".png" || extension == ".svg" || extension == ".pdf",
          fmt::format("--plot: the name must end in .png, .svg or .pdf, got {}", file.string()));
  io::check_writable(file);
}

void plot_chart(const io::Json& chart, const fs::path& file) {
  check_plot_file(file);
  const ScratchFolder scratch;
  io::Json results = {
      {"format", "wfm-results"}, {"version", version}, {"name", "chart"}, {"title", chart.at("title")}};
  results["sections"] = io::Json::array(
      {{{"id", "chart"}, {"title", chart.at("title")}, {"charts", io::Json::array({chart})}}});
  const fs::path document = scratch.path() / "results.json";
  io::write_json(document, results);
  run_plot_script(document, scratch.path(), file.extension().string().substr(1));
  fs::path picture = scratch.path() / (chart.at("id").get<std::string>() + file.extension().string());
  // not a rename: the temporary folder may be on another disk
  std::error_code error;
  fs::copy_file(picture, file, fs::copy_options::overwrite_existing, error);
  if (error) throw ResourceProblem(fmt::format("{}: cannot be written: {}", file.string(), error.message()));
}

}  // namespace wfm::experiments
