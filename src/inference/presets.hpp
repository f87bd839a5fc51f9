// Settings that solve, found by measurement (docs and the report of each name say where): the command line's `bp`, `amp`, `rbp`, `fbp`.
#pragma once

#include "inference/amp.hpp"
#include "inference/edge_bp.hpp"

namespace wfm::inference {

EdgeBp::Params bp();              // no field: to the fixed point, for entropy and marginals
Amp::Params amp(double alpha);    // reinforced AMP: r = dr t, dr = 5e-4 up to alpha = 0.7 and 1e-4 beyond
EdgeBp::Params rbp();             // reinforced edge BP
EdgeBp::Params fbp_edge();        // focusing, pseudo-reinforcement protocol
Amp::Params fbp_amp();            // the same on AMP

}  // namespace wfm::inference
