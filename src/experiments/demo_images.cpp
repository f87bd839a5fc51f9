// Dress against Coat of Fashion-MNIST, pixels binarised at each image's median: a binary perceptron and a binary committee, and a
// committee with real weights by least action.
#include <fmt/format.h>

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>

#include "experiments/demo.hpp"
#include "experiments/document.hpp"
#include "experiments/solution_charts.hpp"
#include "io/idx.hpp"
#include "problems/images.hpp"

namespace wfm::experiments {

namespace {

const std::vector<double>& distances() {
  static const std::vector<double> values{0.005, 0.01, 0.02, 0.05, 0.1, 0.2};
  return values;
}
constexpr std::size_t near = 2;  // distances()[near] = 0.02

std::vector<Problem> image_problems(const io::ImageData& images, Architecture architecture, WeightKind kind,
                                    std::int64_t patterns, const DemoSizes& sizes,
                                    const ExperimentSettings& settings) {
  std::vector<Problem> problems;
  for (std::size_t j = 0; j < sizes.image_instances; ++j) {
    ImageParams params;
    params.patterns = patterns;
    params.seed = instance_seed(settings, j);
    params.odd_inputs = true;
    problems.push_back(make_image_problem(images.train, images.test, architecture, kind, params));
    problems.back().recipe.data = "fashion-mnist";
    problems.back().recipe.source = std::string(io::fashion_mnist_folder);
  }
  return problems;
}

const std::vector<Contender>& contenders() {
  static const std::vector<Contender> rows{
      {"fBP", "fbp", {}}, {"reinforced BP", "rbp", {}}, {"SBPI", "sbpi", {}}};
  return rows;
}

const std::vector<Contender>& real_contenders() {  // of the committee, with real weights
  static const std::vector<Contender> rows{{"LAL (real weights)", "lal", {}}};
  return rows;
}

struct MachineResult {
  std::vector<Solution> solutions;
  std::vector<Contender> contenders;
  double bin_width = 0.1;  // of the histogram of stabilities
};

io::Json section_of(const std::string& id, const std::string& title, const std::string& text,
                    const MachineResult& result, bool overview) {
  io::Json section = {{"id", id}, {"title", title}, {"text", {text}}};
  io::Json chart = make_chart(
      "local-entropy-" + id, title + ": local entropy", {"distance d", "log"}, {"normalised local entropy"},
      entropy_series(result.solutions, result.contenders, distances(), true),
      "Local entropy minus the data-free bound h(d), mean over the data samples with standard errors; binary "
      "weights only. Belief propagation with edge messages: on correlated inputs an approximation of unknown "
      "quality. Points at which it did not converge on some sample are marked.");
  if (overview) chart["overview"] = true;
  io::Json stabilities =
      make_chart("stabilities-" + id, title + ": stabilities", {"output stability"}, {"density"},
                 stability_series(result.solutions, result.contenders, result.bin_width),
                 "Training patterns of all data samples together.");
  section["charts"] = {chart, stabilities};
  section["tables"] = io::Json::array(
      {solutions_table("solutions-" + id, result.solutions, result.contenders,
                       "Means over the samples solved, with standard errors. Test: all images of "
                       "the two classes that were not used for training.")});
  return section;
}

io::Json error_finding(const std::string& machine, const MachineResult& result) {
  std::string evidence;
  bool solved_all = true;
  for (const auto& contender : result.contenders) {
    const auto found = of_label(result.solutions, contender.label);
    const auto solved =
        std::count_if(found.begin(), found.end(), [](const Solution* s) { return s->solved(); });
    solved_all = solved_all && std::size_t(solved) == found.size();
    const auto error =
        average(found, [](const Solution& s) { return 100 * s.record.test_error.value_or(std::nan("")); });
    evidence += fmt::format("{}{} {} of {}, test error {} %", evidence.empty() ? "" : "; ", contender.label,
                            solved, found.size(), with_error(error));
  }
  return finding(solved_all ? "holds" : "fails",
                 fmt::format("{}: every algorithm reaches zero training errors on real images.", machine),
                 evidence);
}

// Is a mean different from zero at the 95 % level (Student's t)?
bool clearly_nonzero(const MeanAndError& difference) {
  if (difference.count < 5) return false;
  const boost::math::students_t student(double(difference.count) - 1);
  return std::abs(difference.mean) > quantile(student, 0.975) * difference.standard_error;
}

// Does the algorithm with the larger local entropy have the smaller test error? Paired over the data samples that both solved and where
// both local entropies converged, all pairs of contenders.
io::Json flatness_finding(const std::string& machine, const MachineResult& result) {
  std::string evidence;
  std::size_t decided = 0, agree = 0, pairs = 0;
  for (std::size_t a = 0; a < result.contenders.size(); ++a)
    for (std::size_t b = a + 1; b < result.contenders.size(); ++b) {
      const auto& first = result.contenders[a].label;
      const auto& second = result.contenders[b].label;
      const PairedDifferences difference = paired_differences(result.solutions, first, second, near);
      if (difference.entropy.count == 0) continue;
      ++pairs;
      const bool clear = clearly_nonzero(difference.entropy) && clearly_nonzero(difference.test_error);
      decided += clear ? 1 : 0;
      agree += clear && difference.entropy.mean * difference.test_error.mean < 0 ? 1 : 0;
      const MeanAndError percent{100 * difference.test_error.mean, 100 * difference.test_error.standard_error,
                                 difference.test_error.count};
      evidence += fmt::format("{}{} minus {} ({} samples): entropy {}, test error {} %",
                              evidence.empty() ? "" : "; ", first, second, difference.entropy.count,
                              with_error(difference.entropy), with_error(percent));
    }
  const char* verdict = decided == 0 ? "undecided" : agree == decided ? "holds" : "fails";
  return finding(
      verdict,
      fmt::format(
          "{}: of two algorithms the one with the larger local entropy at d = {} has the smaller test error.",
          machine, distances()[near]),
      fmt::format("both differences beyond the 95 % level (Student's t, at least 5 samples) in {} of {} "
                  "pairs, not corrected for "
                  "the number of pairs{}{}",
                  decided, pairs, evidence.empty() ? "" : ": ", evidence));
}

}  // namespace

std::int64_t demo_images_runs(const DemoSizes& sizes) {
  return std::int64_t((2 * contenders().size() + real_contenders().size()) * sizes.image_instances);
}

std::optional<DemoPart> demo_images(const io::ImageData& images, const DemoSizes& sizes,
                                    const ExperimentSettings& settings,
                                    const std::function<void(const Solution&)>& tick) {
  const Architecture perceptron{Machine::perceptron, false, 0, 1},
      committee{Machine::committee, false, 0, sizes.hidden};
  EnsembleParams ensemble = ensemble_params(settings, tick);
  ensemble.distances = distances();
  ensemble.measure.max_iterations =
      100;  // where edge messages converge on images they do so within a few dozen sweeps
  ensemble.measure.dampings = {0.0, 0.5};

  MachineResult one, many;
  one.contenders = many.contenders = contenders();
  const auto solve_all = [&](Architecture architecture, std::int64_t patterns, MachineResult& result) {
    const auto problems = image_problems(images, architecture, WeightKind::binary, patterns, sizes, settings);
    result.bin_width = stability_bin_width(problems.front().architecture);
    result.solutions = run_ensemble(problems, result.contenders, ensemble);
  };
  solve_all(perceptron, sizes.perceptron_images, one);
  solve_all(committee, sizes.committee_images, many);
  const auto least_action = run_ensemble(
      image_problems(images, committee, WeightKind::spherical, sizes.committee_images, sizes, settings),
      real_contenders(), ensemble);
  if (settings.interrupted && settings.interrupted()) return std::nullopt;
  many.contenders.insert(many.contenders.end(), real_contenders().begin(), real_contenders().end());
  many.solutions.insert(many.solutions.end(), least_action.begin(), least_action.end());

  DemoPart part;
  const std::string data =
      "Dress (label +1) against Coat (-1) of Fashion-MNIST, pixels ±1 at each image's own median, one "
      "constant input "
      "that makes their number odd (785 in all).";
  part.sections.push_back(
      section_of("perceptron", "Binary perceptron on Fashion-MNIST",
                 fmt::format("{} {} training images drawn anew for each of {} samples; 785 weights ±1.", data,
                             sizes.perceptron_images, sizes.image_instances),
                 one, true));
  part.sections.push_back(section_of(
      "committee", "Committee on Fashion-MNIST",
      fmt::format("{} {} training images for each of {} samples; fully connected, K = {} sign units, {} "
                  "weights, ±1 but for least action learning, whose weights are real.",
                  data, sizes.committee_images, sizes.image_instances, sizes.hidden, 785 * sizes.hidden),
      many, false));
  part.findings = {error_finding("Binary perceptron", one), error_finding("Committee", many),
                   flatness_finding("Binary perceptron", one), flatness_finding("Committee", many)};
  return part;
}

}  // namespace wfm::experiments
