#include "training/error_energy.hpp"

#include <bit>
#include <utility>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::training {
namespace {

constexpr std::size_t block = 8;  // words: 512 patterns

const Problem& checked(const Problem& problem) {
  validate(problem);
  if (problem.weight_kind != WeightKind::binary)
    throw InvalidInput(
        fmt::format("monte carlo: weights must be binary, given {}", name(problem.weight_kind)));
  if (!problem.train.binary())
    throw InvalidInput("monte carlo: packed energies need +-1 inputs, given real ones");
  return problem;
}

}  // namespace

ErrorEnergy::ErrorEnergy(const Problem& problem)
    : problem_(&checked(problem)),
      rule_(machine_rule(problem, "monte carlo")),
      columns_(problem),
      K_(std::size_t(problem.architecture.hidden)),
      n_(std::size_t(problem.architecture.fan_in())),
      words_(columns_.words()),
      blocks_(words_ / block),
      // |D| <= n + 3, and a sign
      planes_(std::size_t(std::bit_width(n_ + 3)) + 1) {}

ErrorEnergy::Configuration ErrorEnergy::configuration(Spins spins) const {
  const std::size_t P = problem_->train.count();
  Configuration c;
  c.spins = std::move(spins);
  c.planes.resize(K_ * words_ * planes_);
  c.edges.resize(K_ * 2 * words_);
  c.turns.resize(4 * words_);
  c.masks.resize(K_ * words_ * 4);
  c.right.resize(P);
  const std::vector<std::int32_t> D = columns_.lattice_excess(c.spins, rule_.unit_margin());
  for (std::size_t k = 0; k < K_; ++k) {
    for (std::size_t a = 0; a < P; ++a)
      for (std::size_t b = 0; b < planes_; ++b) {
        const std::uint64_t bit = std::uint64_t(D[k * P + a]) >> b & 1;
        const std::size_t word = a / 64;
        c.planes[((k * blocks_ + word / block) * planes_ + b) * block + word % block] |= bit << (a % 64);
      }
    find_edges(c, k);
  }
  for (std::size_t a = 0; a < P; ++a) {
    int right = 0;
    for (std::size_t k = 0; k < K_; ++k) right += D[k * P + a] >= 0;
    c.errors += !rule_.satisfied(problem_->train.labels[a], right);
    set_right(c, a, right);
  }
  combine(c);
  return c;
}

void ErrorEnergy::set_right(Configuration& c, std::size_t a, int right) const {
  const int label = problem_->train.labels[a];
  c.right[a] = right;
  const bool now = rule_.satisfied(label, right);
  const bool fewer = rule_.satisfied(label, right - 1), more = rule_.satisfied(label, right + 1);
  const bool set[4] = {now && !fewer, !now && fewer, now && !more, !now && more};
  const std::uint64_t bit = std::uint64_t{1} << (a % 64);
  for (std::size_t turn = 0; turn < 4; ++turn) {
    std::uint64_t& word = c.turns[turn * words_ + a / 64];
    word = set[turn] ? word | bit : word & ~bit;
  }
}

void ErrorEnergy::find_edges(Configuration& c, std::size_t k) const {
  for (std::size_t word = 0; word < words_; word += block) {
    const std::uint64_t* planes = &c.planes[(k * words_ + word) * planes_];
    std::uint64_t any[block] = {}, all[block];
    for (auto& bits : all) bits = ~std::uint64_t{0};
    for (std::size_t b = 0; b < planes_; ++b)
      for (std::size_t j = 0; j < block; ++j) {
        any[j] |= planes[b * block + j];
        all[j] &= planes[b * block + j];
      }
    for (std::size_t j = 0; j < block; ++j) {
      c.edges[2 * k * words_ + word + j] = ~any[j] & columns_.valid()[word + j];
      c.edges[(2 * k + 1) * words_ + word + j] = all[j] & columns_.valid()[word + j];
    }
  }
}

void ErrorEnergy::combine(Configuration& c) const {
  for (std::size_t k = 0; k < K_; ++k)
    for (std::size_t word = 0; word < words_; ++word) {
      const std::uint64_t zero = c.edges[2 * k * words_ + word],
                          minus_one = c.edges[(2 * k + 1) * words_ + word];
      std::uint64_t* masks = &c.masks[(k * words_ + word / block * block) * 4 + word % block];
      masks[wrong_falls * block] = zero & c.turns[wrong_falls * words_ + word];
      masks[wrong_repairs * block] = zero & c.turns[wrong_repairs * words_ + word];
      masks[right_falls * block] = minus_one & c.turns[right_falls * words_ + word];
      masks[right_repairs * block] = minus_one & c.turns[right_repairs * words_ + word];
    }
}

double ErrorEnergy::change(const Configuration& c, std::size_t k, std::size_t i) const {
  const std::uint64_t* column = columns_.column(int(k), int(i)).data();
  // a pattern is lowered where its column's bit and the weight have the same sign
  const std::uint64_t minus = c.spins[k * n_ + i] > 0 ? 0 : ~std::uint64_t{0};
  std::int64_t falls = 0, repairs = 0;
  for (std::size_t word = 0; word < words_; word += block) {
    const std::uint64_t* masks = &c.masks[(k * words_ + word) * 4];
    for (std::size_t j = 0; j < block; ++j) {
      const std::uint64_t lowered = column[word + j] ^ minus;
      falls += std::popcount((masks[wrong_falls * block + j] & lowered) |
                             (masks[right_falls * block + j] & ~lowered));
      repairs += std::popcount((masks[wrong_repairs * block + j] & lowered) |
                               (masks[right_repairs * block + j] & ~lowered));
    }
  }
  return double(falls - repairs);
}

double ErrorEnergy::change(const Configuration& c, std::size_t m) const {
  return change(c, m / n_, m % n_);
}

void ErrorEnergy::changes(const Configuration& c, std::span<double> out) const {
  for (std::size_t k = 0; k < K_; ++k)
    for (std::size_t i = 0; i < n_; ++i) out[k * n_ + i] = change(c, k, i);
}

void ErrorEnergy::flip(Configuration& c, std::size_t m) const {
  const std::size_t k = m / n_;
  const std::uint64_t* column = columns_.column(int(k), int(m % n_)).data();
  const std::uint64_t minus = c.spins[m] > 0 ? 0 : ~std::uint64_t{0};
  for (std::size_t word = 0; word < words_; word += block) {
    std::uint64_t lowered[block], carry[block], wrong_before[block];
    std::uint64_t* planes = &c.planes[(k * words_ + word) * planes_];
    for (std::size_t j = 0; j < block; ++j) {
      lowered[j] = column[word + j] ^ minus;
      carry[j] = ~std::uint64_t{0};
      wrong_before[j] = planes[(planes_ - 1) * block + j];
    }
    // (MC.2)
    for (std::size_t b = 0; b < planes_; ++b)
      for (std::size_t j = 0; j < block; ++j) {
        const std::uint64_t t = planes[b * block + j];
        planes[b * block + j] = t ^ carry[j];
        carry[j] &= t ^ lowered[j];
      }
    for (std::size_t j = 0; j < block; ++j) {
      std::uint64_t turned =
          (wrong_before[j] ^ planes[(planes_ - 1) * block + j]) & columns_.valid()[word + j];
      for (; turned != 0; turned &= turned - 1) {
        const std::size_t a = 64 * (word + j) + std::size_t(std::countr_zero(turned));
        const int label = problem_->train.labels[a];
        const int right = c.right[a] + (wrong_before[j] >> (a % 64) & 1 ? 1 : -1);
        c.errors += int(rule_.satisfied(label, c.right[a])) - int(rule_.satisfied(label, right));
        set_right(c, a, right);
      }
    }
  }
  c.spins[m] = std::int8_t(-c.spins[m]);
  find_edges(c, k);
  combine(c);
}

}  // namespace wfm::training
