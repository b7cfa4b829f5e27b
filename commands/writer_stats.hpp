#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <string_view>

namespace ledger {

// What a partition writer tells of itself (protocol.md, "Metrics per partition"). Written by its one thread, read by anybody.
struct WriterStats {
  using Count = std::atomic<std::uint64_t>;

  Count head_height{0};
  std::atomic<std::int64_t> head_recorded_us{0};
  std::atomic<std::int64_t> next_offset{0};
  std::array<Count, 5> voids{};                // by log::VoidClass
  Count own_void{0};                           // of those, copies of my own flights
  Count flights{0};
  std::atomic<std::int64_t> oldest_flight_us{0};   // its age
  Count waiting{0};                            // commands not decided yet
  Count held_answers{0};                       // rejections that wait until they are safe
  Count speculation_discarded{0};              // flights that a foreign head made void
  Count foreign_heads{0};
  Count barriers_take_over{0}, barriers_answer{0}, barriers_doubt{0}, barriers_report{0};
  Count races_lost{0};                         // of the foreign heads, those that made commands of mine void
  Count yields{0};                             // times that the commands went to the winner
  Count moved{0};                              // answers: give it to another node
  Count doubts{0};
  Count resends{0};
  Count senders_made{0};
  Count accepted{0}, rejected{0}, unchanged{0}, not_stored{0}, open{0}, replayed{0};
  Count loads{0}, load_faults{0};
  Count tail_bytes{0}, cache_bytes{0};
  Count head_comparisons{0}, head_mismatches{0};
  // How long something took: how often at most each bound, the last bucket without one, and the sum.
  struct Latency {
    static constexpr std::array<std::int64_t, 12> kBoundsUs{100, 250, 500, 1000, 2500, 5000, 10000, 25000, 50000, 100000, 500000, 2000000};
    std::array<Count, kBoundsUs.size() + 1> counts{};
    Count sum_us{0};

    void add(std::chrono::steady_clock::duration taken);
  };
  Latency produce;                             // from append to the delivery report that it is stored
  Latency read_back;                           // from append to being read back as a record that counts

  // On standby it follows and decides what it is given, assigned it does so as the one that all others give commands to.
  enum class Phase : std::uint8_t { reading, standby, taking_over, assigned, releasing, halted, stopped };
  std::atomic<Phase> phase{Phase::reading};
};
std::string_view to_text(WriterStats::Phase phase);
inline constexpr std::array kWriterPhases{WriterStats::Phase::reading,   WriterStats::Phase::standby, WriterStats::Phase::taking_over, WriterStats::Phase::assigned,
                                          WriterStats::Phase::releasing, WriterStats::Phase::halted,  WriterStats::Phase::stopped};

}  // namespace ledger
