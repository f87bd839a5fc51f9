// Channels with one field a pattern: X(h, v) is the weight of a pattern whose output field is h + sqrt(v) x, x standard normal:
//   X(h, v) = int Dx e^{-beta l(h + sqrt(v) x)}
// The sign channel with margin asks for a field of at least kappa: X = H((kappa - h)/sqrt(v)).
#pragma once

namespace wfm::theory {

/// ln X and its derivatives with respect to the field h.
struct Response {
  double log_X = 0;
  double r = 0;   // d ln X/dh
  double dr = 0;  // d^2 ln X/dh^2, <= 0 for the margin channel
};

/// What replica formulas ask of a channel with one field: channel(h, v) -> Response, v > 0.
struct MarginChannel {
  double margin = 0;  // kappa
  Response operator()(double h, double v) const;
};

}  // namespace wfm::theory
