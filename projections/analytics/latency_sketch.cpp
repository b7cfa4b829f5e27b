#include "projections/analytics/latency_sketch.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ledger::projections {
namespace {

constexpr std::uint64_t kInverseError = 50;  // 1/α

struct Bounds {
  std::uint32_t first;  // its smallest latency; the next one's is above its largest
  std::uint32_t told;   // what its latencies are told as: within α of each
};

std::vector<Bounds> make_bounds() {
  std::vector<Bounds> all;
  for (std::uint64_t first = 1; first <= LatencySketch::kMostMs;) {
    const std::uint64_t told = first + first / kInverseError;                      // told - first <= α * first
    const std::uint64_t last = told * kInverseError / (kInverseError - 1);         // last - told <= α * last
    all.push_back({static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(told)});
    first = last + 1;
  }
  return all;
}

const std::vector<Bounds>& bounds() {
  static const std::vector<Bounds> all = make_bounds();
  return all;
}

std::uint16_t bucket_of(std::uint32_t latency_ms) {
  if (latency_ms < 1 || latency_ms > LatencySketch::kMostMs) throw std::invalid_argument{"a latency is from 1 to 2147483647 ms"};
  const auto above = std::upper_bound(bounds().begin(), bounds().end(), latency_ms,
                                      [](std::uint32_t latency, const Bounds& one) { return latency < one.first; });
  return static_cast<std::uint16_t>(above - bounds().begin() - 1);
}

// Seven bits a byte, the lowest first; the eighth says that more follow.
void put_number(std::string& out, std::uint64_t number) {
  for (; number >= 0x80; number >>= 7) out.push_back(static_cast<char>(number | 0x80));
  out.push_back(static_cast<char>(number));
}

[[noreturn]] void refuse_bytes() { throw std::logic_error{"stored latencies are none"}; }

std::uint64_t take_number(std::string_view& bytes) {
  std::uint64_t number = 0;
  for (int shift = 0; shift < 63; shift += 7) {
    if (bytes.empty()) refuse_bytes();
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    number |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return number;
  }
  refuse_bytes();
}

}  // namespace

void LatencySketch::count(std::uint32_t latency_ms, std::int64_t times) {
  const std::uint16_t index = bucket_of(latency_ms);
  const auto at = std::lower_bound(buckets_.begin(), buckets_.end(), index,
                                   [](const Bucket& one, std::uint16_t wanted) { return one.index < wanted; });
  if (at == buckets_.end() || at->index != index) {
    buckets_.insert(at, {index, times});
  } else if ((at->count += times) == 0) {
    buckets_.erase(at);
  }
}

void LatencySketch::merge(const LatencySketch& other) {
  if (other.buckets_.empty()) return;
  std::vector<Bucket> merged;
  merged.reserve(buckets_.size() + other.buckets_.size());
  auto mine = buckets_.begin();
  for (const Bucket& theirs : other.buckets_) {
    while (mine != buckets_.end() && mine->index < theirs.index) merged.push_back(*mine++);
    Bucket sum = theirs;
    if (mine != buckets_.end() && mine->index == theirs.index) sum.count += (mine++)->count;
    if (sum.count != 0) merged.push_back(sum);
  }
  merged.insert(merged.end(), mine, buckets_.end());
  buckets_ = std::move(merged);
}

std::int64_t LatencySketch::count() const {
  std::int64_t all = 0;
  for (const Bucket& one : buckets_) all += one.count;
  return all;
}

std::optional<std::uint32_t> LatencySketch::per_mille(int share) const {
  constexpr std::int64_t kThousand = 1'000;
  const std::int64_t all = count();
  if (all <= 0) return std::nullopt;
  // ⌈all * share / 1000⌉, in parts that do not overflow.
  const std::int64_t rank = std::max<std::int64_t>(1, all / kThousand * share + (all % kThousand * share + kThousand - 1) / kThousand);
  std::int64_t below = 0;
  for (const Bucket& one : buckets_) {
    below += one.count;
    if (below >= rank) return bounds()[one.index].told;
  }
  return bounds()[buckets_.back().index].told;
}

std::string LatencySketch::encode() const {
  std::string bytes;
  std::uint32_t next = 0;
  for (const Bucket& one : buckets_) {
    if (one.count < 0) throw std::logic_error{"more latencies were taken away than there were"};
    put_number(bytes, one.index - next);
    put_number(bytes, static_cast<std::uint64_t>(one.count));
    next = one.index + 1U;
  }
  return bytes;
}

LatencySketch LatencySketch::decode(std::string_view bytes) {
  LatencySketch sketch;
  std::uint64_t next = 0;
  while (!bytes.empty()) {
    const std::uint64_t skipped = take_number(bytes);
    const std::uint64_t count = take_number(bytes);
    if (skipped >= bounds().size() || next + skipped >= bounds().size() || count == 0) refuse_bytes();
    sketch.buckets_.push_back({static_cast<std::uint16_t>(next + skipped), static_cast<std::int64_t>(count)});
    next += skipped + 1;
  }
  return sketch;
}

}  // namespace ledger::projections
