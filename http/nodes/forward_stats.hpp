#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

namespace ledger::http {

// What became of the requests that were to be forwarded.
enum class Forwarded : std::uint8_t {
  answered,                            // the other node has
  declined,                            // it has not taken it: decided here
  unreachable,                         // could not have taken it: decided here
  paused,                              // was not asked, since it failed a moment ago: decided here
  silent,                              // gave no answer in time; decided here by the same key, or told to be open
  crowded,                             // too many were under way: refused
};
inline constexpr std::array kForwarded{Forwarded::answered, Forwarded::declined, Forwarded::unreachable, Forwarded::paused, Forwarded::silent, Forwarded::crowded};

constexpr std::string_view to_text(Forwarded outcome) {
  switch (outcome) {
    case Forwarded::answered: return "answered";
    case Forwarded::declined: return "declined";
    case Forwarded::unreachable: return "unreachable";
    case Forwarded::paused: return "paused";
    case Forwarded::silent: return "silent";
    case Forwarded::crowded: return "crowded";
  }
  return "";
}

// Written by any thread that forwards, read by anybody.
struct ForwardStats {
  using Count = std::atomic<std::uint64_t>;
  std::array<Count, kForwarded.size()> outcomes{};   // in the order of kForwarded
  Count taken{0};                                    // requests that came from other nodes
  Count refused{0};                                  // that said so and did not
  // Time from asking to the answer, in microseconds: the buckets' counts (upper bounds; the last is infinite), and the sum.
  static constexpr std::array<std::int64_t, 12> kBoundsUs{250, 500, 1'000, 2'500, 5'000, 10'000, 25'000, 50'000, 100'000, 500'000, 2'000'000, 10'000'000};
  std::array<Count, kBoundsUs.size() + 1> answered_in{};
  Count answered_sum_us{0};
};

}  // namespace ledger::http
