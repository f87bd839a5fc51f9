#include "training/site_classes.hpp"

#include <algorithm>
#include <cmath>

namespace wfm::training {
namespace {

// ln cosh x + ln 2
double log_two_cosh(double x) {
  return std::abs(x) + std::log1p(std::exp(-2 * std::abs(x)));
}

}  // namespace

std::vector<double> interaction_costs(int y, double gamma) {
  std::vector<double> costs(2 * std::size_t(y + 1));
  for (int up = 0; up <= y; ++up)
    for (const int w : {-1, 1}) {
      const int S = 2 * up - y;
      if (std::abs(S - 2 * w) > y) continue;
      costs[site_class(up, w)] = log_two_cosh(gamma * S) - log_two_cosh(gamma * (S - 2 * w));
    }
  return costs;
}

SiteClasses::SiteClasses(std::span<const std::int8_t> spins, std::span<const std::int32_t> up,
                         std::span<const double> costs)
    : spins_(spins.begin(), spins.end()),
      up_(up.begin(), up.end()),
      members_(costs.size()),
      class_(spins.size()),
      place_(spins.size()) {
  for (const double cost : costs) probability_.push_back(cost <= 0 ? 1 : std::exp(-cost));
  for (std::size_t v = 0; v < spins_.size(); ++v) {
    class_[v] = site_class(up_[v % up_.size()], spins_[v]);
    place_[v] = members_[class_[v]].size();
    members_[class_[v]].push_back(v);
  }
}

double SiteClasses::total() const {
  double Z = 0;
  for (std::size_t j = 0; j < members_.size(); ++j) Z += double(members_[j].size()) * probability_[j];
  return Z;
}

std::size_t SiteClasses::draw(RandomStream& random) const {
  double left = random.uniform() * total();
  std::size_t chosen = 0;  // where rounding leaves a little over: the last that is possible
  for (std::size_t j = 0; j < members_.size(); ++j) {
    const double share = double(members_[j].size()) * probability_[j];
    if (share <= 0) continue;
    chosen = j;
    left -= share;
    if (left < 0) break;
  }
  return members_[chosen][random.below(members_[chosen].size())];
}

// sum over the replicas at a site with `up` weights +1
double SiteClasses::of_site(std::int32_t up) const {
  const auto y = std::int32_t(spins_.size() / up_.size());
  return up * probability_[site_class(up, 1)] + (y - up) * probability_[site_class(up, -1)];
}

double SiteClasses::total_after(std::size_t variable) const {
  const std::int32_t up = up_[variable % up_.size()];
  return total() - of_site(up) + of_site(up - spins_[variable]);
}

void SiteClasses::follow(std::size_t variable) {
  const std::size_t site = variable % up_.size();
  up_[site] -= spins_[variable];
  spins_[variable] = std::int8_t(-spins_[variable]);
  for (std::size_t v = site; v < spins_.size(); v += up_.size()) move(v, site_class(up_[site], spins_[v]));
}

void SiteClasses::move(std::size_t variable, std::size_t to) {
  std::vector<std::size_t>& from = members_[class_[variable]];
  const std::size_t last = from.back();
  from[place_[variable]] = last;
  place_[last] = place_[variable];
  from.pop_back();
  class_[variable] = to;
  place_[variable] = members_[to].size();
  members_[to].push_back(variable);
}

}  // namespace wfm::training
