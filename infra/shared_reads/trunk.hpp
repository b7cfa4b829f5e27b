#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "log/log.hpp"

namespace ledger::shared_reads {

// How far ahead of the trunk a reader may be who joins.
inline constexpr log::Offset kAheadRecords = 1'000;

// One reader of the log for all who have a seat, and what it brought that not all of them have taken yet. Thread-safe; a seat is of one thread.
class Trunk {
 public:
  // Where one who reads along is in every partition. Filled by join, empty when it has left.
  class Seat {
    friend class Trunk;
    struct Place {
      std::uint64_t number = 0;                       // of the next arrival in its lane
      log::Offset from = 0;                           // what comes before is not for him
    };
    std::map<log::PartitionId, Place> places_;
    std::vector<log::Disturbed> disturbances_;        // not told yet
    std::vector<std::string> errors_;
  };

  Trunk(log::Log& log, std::size_t window_bytes) : log_{log}, window_bytes_{window_bytes} {}

  // Takes a seat at these offsets. False when a partition is read too far from there: then nothing has changed.
  bool join(Seat& seat, const std::vector<log::ReadFrom>& from);
  // As log::Reader::poll. Nothing when the seat has fallen behind what is kept: it has lost its place, and goes on alone. Throws what the log's read does.
  std::optional<log::Batch> poll(Seat& seat, std::chrono::milliseconds timeout, std::size_t max_records);
  void leave(Seat& seat);

 private:
  using Clock = std::chrono::steady_clock;
  using Arrivals = std::vector<std::shared_ptr<const log::Arrival>>;

  // What is kept of a partition: arrivals with the numbers first_number, first_number + 1, …
  struct Lane {
    std::deque<std::shared_ptr<const log::Arrival>> kept;
    std::uint64_t first_number = 0;
    log::Offset from = 0;                             // from this offset on nothing is missing in what is kept
    log::Offset next = 0;                             // the first offset that has not been read
    std::size_t bytes = 0;
    bool out_of_range = false;                        // nothing comes any more
    std::set<Seat*> seats;

    void drop_first();
  };

  bool reaches(const log::ReadFrom& from) const;
  Arrivals take(Seat& seat, std::size_t max_records);
  bool has_fallen_behind(const Seat& seat) const;
  void drop_taken(Lane& lane);
  void drive(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds timeout);
  void renew_reader(std::unique_lock<std::mutex>& lock);
  void deliver(log::Batch batch);
  void keep_window(Lane& lane);
  void tell(Seat& seat, const log::Disturbed& what);
  void give_up(Seat& seat);

  log::Log& log_;
  const std::size_t window_bytes_;
  std::mutex mutex_;
  std::condition_variable moved_;
  std::map<log::PartitionId, Lane> lanes_;            // each has a seat
  bool driving_ = false;                              // somebody polls, who alone touches the reader
  bool lanes_changed_ = false;                        // since the reader was made
  std::unique_ptr<log::Reader> reader_;
};

}  // namespace ledger::shared_reads
