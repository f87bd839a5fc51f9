// Integer hidden states behind +-1 weights, w[i] = sign h[i] with h[i] odd, moved by packed patterns; the hot updates of SBPI.
// All spans of one call belong to one unit: hidden has n entries, xi and signs are packed rows of n bits with zero padding.
#pragma once

#include <cstdint>
#include <span>

namespace wfm::training {

/// The largest |h| without a cap of the user's; odd, and far from overflow.
inline constexpr std::int32_t no_state_cap = (std::int32_t{1} << 30) + 1;

/// signs[i] = bit of h[i] > 0.
void pack_states(std::span<const std::int32_t> hidden, std::span<std::uint64_t> signs);

/// h[i] += 2 sigma xi[i], then clamped to [-cap, cap]; signs follow. sigma = +-1.
void add_pattern(std::span<std::int32_t> hidden, std::span<const std::uint64_t> xi, int sigma,
                 std::int32_t cap, std::span<std::uint64_t> signs);
void add_pattern_readable(std::span<std::int32_t> hidden, std::span<const std::uint64_t> xi, int sigma,
                          std::int32_t cap, std::span<std::uint64_t> signs);

/// h[i] += 2 w[i] where w[i] = sigma xi[i], then clamped to [-cap, cap]: makes the agreeing weights more secure, changes no sign.
void secure_pattern(std::span<std::int32_t> hidden, std::span<const std::uint64_t> xi, int sigma,
                    std::int32_t cap);
void secure_pattern_readable(std::span<std::int32_t> hidden, std::span<const std::uint64_t> xi, int sigma,
                             std::int32_t cap);

}  // namespace wfm::training
