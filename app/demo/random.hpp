#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

namespace ledger::demo {

// Numbers that look random and are the same for the same seed, on every machine: SplitMix64, and no distribution of the standard library, which may
// differ between two of them. One of its own for each thing that is drawn, so that what is drawn for one never shifts another.
class Random {
 public:
  Random(std::uint64_t seed, std::string_view of, std::uint64_t number = 0) : state_(seed) {
    for (const char c : of) state_ = mixed(state_ ^ static_cast<unsigned char>(c));
    state_ = mixed(state_ ^ number);
  }

  std::uint64_t next() { return mixed(state_ += kStep); }
  // From 0, included, to 1, not included.
  double share() { return static_cast<double>(next() >> 11U) * 0x1p-53; }
  double between(double least, double most) { return least + (most - least) * share(); }
  bool happens(double probability) { return share() < probability; }
  std::size_t below(std::size_t count) { return static_cast<std::size_t>(share() * static_cast<double>(count)); }
  // Around 0, with a standard deviation of 1 (Box and Muller).
  double normal() { return std::sqrt(-2 * std::log(1 - share())) * std::cos(2 * std::numbers::pi * share()); }
  // An index, by weights that add up to 1.
  template <std::size_t N>
  std::size_t pick(const std::array<double, N>& weights) {
    double left = share();
    for (std::size_t n = 0; n + 1 < N; ++n) {
      if ((left -= weights[n]) < 0) return n;
    }
    return N - 1;
  }

 private:
  static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15U;

  static constexpr std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }

  std::uint64_t state_;
};

}  // namespace ledger::demo
