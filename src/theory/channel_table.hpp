// ln X(h, v) of a channel and its derivative at one v, tabulated in h: a replica formula asks for it at 10^4 fields a time.
// Chebyshev polynomials on panels that crowd at the channel's edge and are halved until the last coefficients are negligible.
#pragma once

#include <array>
#include <vector>

#include "theory/gibbs_channel.hpp"

namespace wfm::theory {

class ChannelTable {
 public:
  static constexpr int nodes = 14;  // of a panel, one more than the degree

  struct Value {
    double log_X = 0;
    double r = 0;  // d ln X/dh
  };

  /// For h in [low, high], low < high; v > 0. Fields outside are taken at the nearer end.
  ChannelTable(const GibbsChannel& channel, double v, double low, double high);

  /// To about 1e-12 relative to 1 + |ln X| and to the largest |r| near h.
  Value operator()(double h) const;
  double log_X(double h) const;

  std::size_t panels() const { return panels_.size(); }
  /// Largest neglected coefficient of ln X, relative to 1 + |ln X|: the table's own error.
  double error() const { return error_; }

 private:
  struct Panel {
    double middle = 0, half = 0;
    std::array<double, nodes> log_X{}, r{};  // Chebyshev coefficients
  };
  struct Place {
    const Panel& panel;
    double x;  // in [-1, 1]
  };
  void add(const GibbsChannel& channel, double v, double a, double b, int depth);
  Place find(double h) const;

  std::vector<double> ends_;  // of the panels, increasing
  std::vector<Panel> panels_;
  double error_ = 0;
};

}  // namespace wfm::theory
