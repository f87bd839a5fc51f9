#include "problems/storage.hpp"

#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/parallel.hpp"

namespace wfm {

namespace {

void require_memory_for(double count, int inputs, InputKind kind) {
  require_memory(pattern_bytes(count, inputs, kind == InputKind::binary),
                 fmt::format("{:.4g} {} patterns of {} inputs", count, name(kind), inputs));
}

}  // namespace

Patterns random_patterns(std::size_t count, int inputs, InputKind kind, std::uint64_t seed, Purpose purpose) {
  require_memory_for(double(count), inputs, kind);
  std::vector<std::uint64_t> indices(count);
  std::iota(indices.begin(), indices.end(), std::uint64_t{0});
  return random_patterns(indices, inputs, kind, seed, purpose);
}

Patterns random_patterns(std::span<const std::uint64_t> indices, int inputs, InputKind kind,
                         std::uint64_t seed, Purpose purpose) {
  const std::size_t count = indices.size();
  require_memory_for(double(count), inputs, kind);
  const std::size_t N = std::size_t(inputs);
  Patterns patterns;
  patterns.labels.assign(count, 1);
  if (kind == InputKind::binary) {
    BitMatrix X(count, N);
    parallel_for(count, 0, [&](std::size_t a) {
      RandomStream random(seed, purpose, indices[a]);
      const auto row = X.row(a);
      for (std::size_t word = 0; word < N / 64; ++word) row[word] = random();
      if (N % 64 != 0) row[N / 64] = random() & ((std::uint64_t{1} << N % 64) - 1);
    });
    patterns.inputs = std::move(X);
  } else {
    RealMatrix X = RealMatrix::Zero(Eigen::Index(count), Eigen::Index(N));
    parallel_for(count, 0, [&](std::size_t a) {
      RandomStream random(seed, purpose, indices[a]);
      for (std::size_t i = 0; i < N; ++i) X(Eigen::Index(a), Eigen::Index(i)) = random.normal();
    });
    patterns.inputs = std::move(X);
  }
  return patterns;
}

std::size_t affordable_pattern_count(double alpha, const Architecture& architecture, InputKind inputs,
                                     double more) {
  if (alpha >= 0 && std::isfinite(alpha))
    require_memory_for(alpha * architecture.weights() + more, architecture.inputs, inputs);
  return pattern_count(alpha, architecture);
}

Problem make_storage(const Architecture& architecture, WeightKind weight_kind, double alpha,
                     std::uint64_t seed, double margin, InputKind inputs) {
  validate(architecture);
  const std::size_t P = affordable_pattern_count(alpha, architecture, inputs);
  Problem problem;
  problem.architecture = architecture;
  problem.weight_kind = weight_kind;
  problem.margin = margin;
  problem.train = random_patterns(P, architecture.inputs, inputs, seed, Purpose::patterns);
  for (std::size_t a = 0; a < P; ++a)
    problem.train.labels[a] = std::int8_t(RandomStream(seed, Purpose::labels, a).sign());
  problem.recipe.data = "storage";
  problem.recipe.inputs = name(inputs);
  problem.recipe.alpha = alpha;
  problem.recipe.seed = seed;
  problem.recipe.train_patterns = std::int64_t(P);
  validate(problem);
  return problem;
}

}  // namespace wfm
