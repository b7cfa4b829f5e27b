#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ledger::projections {

// How latencies are spread, in buckets on a logarithmic scale that can be merged, from which any percentile comes within
// 2 % of the true one: DDSketch (Masson, Rim, Lee: DDSketch, a fast and fully-mergeable quantile sketch with
// relative-error guarantees, PVLDB 12(12), 2019) with α = 1/50, so that γ = (1 + α) / (1 − α) = 51/49. Latencies are
// whole milliseconds, and so are the bounds of our buckets and what they tell: no logarithm is taken, up to 50 ms a
// bucket is one latency, and the same latencies make the same sketch on every machine. A difference of sketches is one,
// too: its counts may be below 0. A value.
class LatencySketch {
 public:
  static constexpr std::uint32_t kMostMs = 2'147'483'647;

  // Latencies are from 1 to kMostMs; throws std::invalid_argument for another.
  void add(std::uint32_t latency_ms) { count(latency_ms, 1); }
  void take_away(std::uint32_t latency_ms) { count(latency_ms, -1); }
  void merge(const LatencySketch& other);

  std::int64_t count() const;
  // The latency that so many of a thousand do not exceed (nearest rank); nothing when there is none.
  std::optional<std::uint32_t> per_mille(int share) const;

  // The one form of these counts as bytes. Throws std::logic_error for a difference that is below 0 somewhere, and
  // decode for bytes that encode has not made.
  std::string encode() const;
  static LatencySketch decode(std::string_view bytes);

  bool operator==(const LatencySketch&) const = default;

 private:
  struct Bucket {
    std::uint16_t index = 0;
    std::int64_t count = 0;  // never 0

    bool operator==(const Bucket&) const = default;
  };

  void count(std::uint32_t latency_ms, std::int64_t times);

  std::vector<Bucket> buckets_;  // by index
};

}  // namespace ledger::projections
