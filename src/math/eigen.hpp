// Eigen's dense module. With AVX-512, GCC 12 warns of the undefined operands inside its own intrinsics
// wherever Eigen uses them.
#pragma once

#pragma GCC diagnostic push
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <Eigen/Dense>
#pragma GCC diagnostic pop
