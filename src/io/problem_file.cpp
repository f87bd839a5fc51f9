#include "io/problem_file.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::io {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view format = "wfm-problem";
constexpr int format_version = 1;
constexpr int largest = std::numeric_limits<int>::max();

std::string object(const std::string& group) {
  return group.empty() ? "/" : group;
}

// What validate() and the functions of names say, with the file and the object in front.
template <class Check>
auto checked(const Hdf5Reader& file, const std::string& where, const Check& check) {
  try {
    return check();
  } catch (const InvalidInput& error) {
    file.refuse(where, error.what());
  }
}

void write_patterns(Hdf5Writer& file, const std::string& group, const Patterns& patterns) {
  file.group(group);
  file.array(group + "/labels", patterns.labels);
  if (const auto* bits = std::get_if<BitMatrix>(&patterns.inputs)) {
    std::vector<std::int8_t> bytes;
    bytes.reserve(bits->rows() * bits->cols());
    for (std::size_t a = 0; a < bits->rows(); ++a)
      for (std::size_t i = 0; i < bits->cols(); ++i) bytes.push_back(std::int8_t((*bits)(a, i)));
    file.array(group + "/inputs", std::span<const std::int8_t>(bytes), {bits->rows(), bits->cols()});
  } else {
    const auto& reals = std::get<RealMatrix>(patterns.inputs);
    file.array(group + "/inputs", std::span<const double>(reals.data(), std::size_t(reals.size())),
               {std::size_t(reals.rows()), std::size_t(reals.cols())});
  }
}

BitMatrix read_signs(const Hdf5Reader& file, const std::string& dataset, std::size_t rows, std::size_t cols) {
  const auto bytes = file.array<std::int8_t>(dataset, {rows, cols});
  BitMatrix bits(rows, cols);
  for (std::size_t a = 0; a < rows; ++a)
    for (std::size_t i = 0; i < cols; ++i) {
      const std::int8_t entry = bytes[a * cols + i];
      if (entry != 1 && entry != -1)
        file.refuse(dataset,
                    fmt::format("must be +1 or -1, got {} at pattern {}, input {}", int(entry), a, i));
      bits.set(a, i, entry);
    }
  return bits;
}

RealMatrix read_reals(const Hdf5Reader& file, const std::string& dataset, std::size_t rows,
                      std::size_t cols) {
  const auto values = file.array<double>(dataset, {rows, cols});
  for (std::size_t j = 0; j < values.size(); ++j)
    if (!std::isfinite(values[j]))
      file.refuse(dataset, fmt::format("must be finite, got {} at pattern {}, input {}", values[j], j / cols,
                                       j % cols));
  return Eigen::Map<const RealMatrix>(values.data(), Eigen::Index(rows), Eigen::Index(cols));
}

Patterns read_patterns(const Hdf5Reader& file, const std::string& group, std::size_t inputs) {
  Patterns patterns;
  patterns.labels = file.array<std::int8_t>(group + "/labels");
  for (std::size_t a = 0; a < patterns.count(); ++a)
    if (patterns.labels[a] != 1 && patterns.labels[a] != -1)
      file.refuse(group + "/labels",
                  fmt::format("must be +1 or -1, got {} at pattern {}", int(patterns.labels[a]), a));
  const std::string dataset = group + "/inputs";
  switch (file.element(dataset)) {
    case Hdf5Reader::Element::i8:
      patterns.inputs = read_signs(file, dataset, patterns.count(), inputs);
      break;
    case Hdf5Reader::Element::f64:
      patterns.inputs = read_reals(file, dataset, patterns.count(), inputs);
      break;
    default:
      file.refuse(dataset, "elements must be int8 (+-1) or float64");
  }
  return patterns;
}

void write_architecture(Hdf5Writer& file, const std::string& where, const Architecture& architecture) {
  file.set(where, "machine", name(architecture.machine));
  file.set(where, "tree", architecture.tree);
  file.set(where, "inputs", architecture.inputs);
  file.set(where, "hidden", architecture.hidden);
}

Architecture read_architecture(const Hdf5Reader& file, const std::string& where) {
  Architecture architecture;
  const std::string machine = file.text(where, "machine");
  architecture.machine = checked(file, where + " @machine", [&] { return machine_from_name(machine); });
  architecture.tree = file.flag(where, "tree");
  architecture.inputs = int(file.integer(where, "inputs", 1, largest));
  architecture.hidden = int(file.integer(where, "hidden", 1, largest));
  checked(file, where, [&] { validate(architecture); });
  return architecture;
}

void write_recipe(Hdf5Writer& file, const std::string& group, const Recipe& recipe) {
  file.group(group);
  file.set(group, "data", recipe.data);
  file.set(group, "inputs", recipe.inputs);
  file.set(group, "alpha", recipe.alpha);
  file.set(group, "seed", recipe.seed);
  file.set(group, "source", recipe.source);
  file.set(group, "label_noise", recipe.label_noise);
  file.set(group, "train_patterns", recipe.train_patterns);
  file.set(group, "test_patterns", recipe.test_patterns);
  file.set(group, "drop_constant", recipe.drop_constant);
  file.set(group, "odd_inputs", recipe.odd_inputs);
  file.array(group + "/classes", std::vector<std::int32_t>(recipe.classes.begin(), recipe.classes.end()));
  if (recipe.teacher_margin > 0) file.set(group, "teacher_margin", recipe.teacher_margin);
  if (recipe.latent_inputs > 0) file.set(group, "latent_inputs", recipe.latent_inputs);
  if (recipe.teacher_architecture) {
    file.group(group + "/teacher_architecture");
    write_architecture(file, group + "/teacher_architecture", *recipe.teacher_architecture);
  }
}

Recipe read_recipe(const Hdf5Reader& file, const std::string& group) {
  constexpr std::int64_t most = std::int64_t{1} << 53;
  Recipe recipe;
  recipe.data = file.text(group, "data");
  recipe.inputs = file.text(group, "inputs");
  recipe.alpha = file.real(group, "alpha");
  if (!(std::isfinite(recipe.alpha) && recipe.alpha >= 0))
    file.refuse(group + " @alpha", fmt::format("must be finite and >= 0, got {}", recipe.alpha));
  recipe.seed = file.natural(group, "seed");
  recipe.source = file.text(group, "source");
  recipe.label_noise = file.real(group, "label_noise");
  if (!(recipe.label_noise >= 0 && recipe.label_noise <= 1))
    file.refuse(group + " @label_noise", fmt::format("must be a probability, got {}", recipe.label_noise));
  recipe.train_patterns = file.integer(group, "train_patterns", 0, most);
  recipe.test_patterns = file.integer(group, "test_patterns", 0, most);
  recipe.drop_constant = file.flag(group, "drop_constant");
  recipe.odd_inputs = file.flag(group, "odd_inputs");
  const auto classes = file.array<std::int32_t>(group + "/classes");
  recipe.classes.assign(classes.begin(), classes.end());
  if (file.has(group, "teacher_margin")) {
    recipe.teacher_margin = file.real(group, "teacher_margin");
    if (!(std::isfinite(recipe.teacher_margin) && recipe.teacher_margin >= 0))
      file.refuse(group + " @teacher_margin",
                  fmt::format("must be finite and >= 0, got {}", recipe.teacher_margin));
  }
  if (file.has(group, "latent_inputs"))
    recipe.latent_inputs = file.integer(group, "latent_inputs", 1, largest);
  if (const std::string teacher = group + "/teacher_architecture"; file.has(teacher))
    recipe.teacher_architecture = read_architecture(file, teacher);
  return recipe;
}

}  // namespace

ProblemHead head(const Problem& problem) {
  return {problem.architecture, problem.weight_kind, problem.margin, problem.recipe};
}

void write_head(Hdf5Writer& file, const std::string& group, const ProblemHead& head) {
  const std::string where = object(group);
  write_architecture(file, where, head.architecture);
  file.set(where, "weight_kind", name(head.weight_kind));
  file.set(where, "margin", head.margin);
  write_recipe(file, group + "/recipe", head.recipe);
}

ProblemHead read_head(const Hdf5Reader& file, const std::string& group) {
  const std::string where = object(group);
  ProblemHead head;
  head.architecture = read_architecture(file, where);
  const std::string kind = file.text(where, "weight_kind");
  head.weight_kind = checked(file, where + " @weight_kind", [&] { return weight_kind_from_name(kind); });
  head.margin = file.real(where, "margin");
  if (!(std::isfinite(head.margin) && head.margin >= 0))
    file.refuse(where + " @margin", fmt::format("must be finite and >= 0, got {}", head.margin));
  head.recipe = read_recipe(file, group + "/recipe");
  return head;
}

void write_weights(Hdf5Writer& file, const std::string& group, const Weights& weights) {
  file.group(group);
  file.set(group, "kind", name(weights.kind));
  file.array(group + "/values", std::span<const double>(weights.values),
             {std::size_t(weights.hidden), std::size_t(weights.fan_in)});
}

Weights read_weights(const Hdf5Reader& file, const std::string& group) {
  Weights weights;
  const std::string kind = file.text(group, "kind");
  weights.kind = checked(file, group + " @kind", [&] { return weight_kind_from_name(kind); });
  const Shape shape = file.shape(group + "/values");
  if (shape.size() != 2 || shape[0] > std::size_t(largest) || shape[1] > std::size_t(largest))
    file.refuse(group + "/values", "must have two dimensions, hidden units x fan-in");
  weights.hidden = int(shape[0]);
  weights.fan_in = int(shape[1]);
  weights.values = file.array<double>(group + "/values", shape);
  return weights;
}

void write_problem(Hdf5Writer& file, const std::string& group, const Problem& problem) {
  write_head(file, group, head(problem));
  write_patterns(file, group + "/train", problem.train);
  if (problem.test.count() > 0) write_patterns(file, group + "/test", problem.test);
  if (problem.teacher) write_weights(file, group + "/teacher", *problem.teacher);
}

Problem read_problem(const Hdf5Reader& file, const std::string& group) {
  const ProblemHead head = read_head(file, group);
  Problem problem;
  problem.architecture = head.architecture;
  problem.weight_kind = head.weight_kind;
  problem.margin = head.margin;
  problem.recipe = head.recipe;
  const auto inputs = std::size_t(head.architecture.inputs);
  problem.train = read_patterns(file, group + "/train", inputs);
  if (file.has(group + "/test")) problem.test = read_patterns(file, group + "/test", inputs);
  if (const std::string teacher = group + "/teacher"; file.has(teacher)) {
    problem.teacher = read_weights(file, teacher);
    checked(file, teacher, [&] { validate(*problem.teacher); });
  }
  checked(file, object(group), [&] { validate(problem); });
  return problem;
}

void save_problem(const fs::path& path, const Problem& problem) {
  validate(problem);
  write_hdf5(path, format, format_version, [&](Hdf5Writer& file) { write_problem(file, "", problem); });
}

Problem load_problem(const fs::path& path) {
  const Hdf5Reader file(path, format, format_version);
  return read_problem(file, "");
}

}  // namespace wfm::io
