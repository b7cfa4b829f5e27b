#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "log/link_reader.hpp"
#include "log/log.hpp"
#include "projections/checkpoints.hpp"
#include "projections/projection.hpp"

namespace ledger::projections {

// The log did not answer. Whoever follows it backs off and begins again.
class LogAway : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct FollowerSettings {
  std::chrono::milliseconds log_timeout_ms{10'000};  // of one question to the log
  std::chrono::milliseconds head_check_every_ms{30'000};
};

// Where to begin with a partition (nothing: its beginning), and the offset to stop before (nothing: never).
struct Start {
  log::PartitionId partition;
  std::optional<log::Anchor> anchor = {};
  std::optional<log::Offset> until = {};
};

// What has been read: the records that count, in order per partition, and where reading stands in each partition that
// moved.
struct Followed {
  std::vector<Applied> counted;
  Anchors to;
  std::size_t bytes = 0;
  bool concerns = false;  // some record of it concerns the reader

  bool empty() const { return to.empty(); }
};

// When a batch is closed: by the record that crosses a bound, by time while more keeps coming, at once when nothing
// more is there; while nothing in it concerns the reader, when nothing has come for so long. And when everything before every end has been read.
struct BatchLimits {
  std::size_t max_records = 2'000;
  std::size_t max_bytes = std::size_t{16} << 20;
  std::chrono::milliseconds max_ms{20};
  std::chrono::milliseconds first_wait_ms{100};  // for something to come at all
  std::chrono::milliseconds unconcerned_ms{0};   // for something that concerns the reader
};

// How many records were void, by class.
using VoidCounts = std::array<std::uint64_t, 5>;

// Reads partitions of the log by the link rule, each from its own place, and compares the head it stands on with the
// log's record: at first, when something looks disturbed, and now and then (protocol steps 6 to 8). A partition that is
// not what it was halts and stays halted, while the others go on. One thread.
class Follower {
 public:
  // Whether it matters to the reader that he gets a record soon.
  using Concern = std::function<bool(const Applied&)>;

  // Compares every anchor's head record; throws LogAway when the log cannot be asked. Without a concern everything is one.
  Follower(log::Log& log, std::vector<Start> starts, FollowerSettings settings, Concern concern = {});

  // The next batch; empty when nothing came.
  Followed next(const BatchLimits& limits);

  const std::map<log::PartitionId, std::string>& halted() const { return halted_; }  // and why
  const VoidCounts& voids() const { return voids_; }
  const std::string& last_error() const { return last_error_; }  // transient, of the reader
  bool reached(const log::PartitionId& partition,
               log::Offset offset) const;  // everything before the offset has been read
  bool finished() const;  // in every partition that has not halted, everything before where it is to stop

 private:
  struct Lane {
    log::LinkReader reader;
    std::optional<log::Offset> until;
    bool out_of_range = false;  // the log ends before what has been read
  };

  bool poll(Followed& followed, std::chrono::milliseconds timeout, std::size_t max_records);
  void take(Followed& followed, log::Arrival arrival);
  // What the reader stands on and the log does not hold any more. Throws LogAway.
  std::optional<log::Foothold> lost_foothold(const log::LinkReader& reader);
  void compare_heads();
  void compare_head(const log::PartitionId& partition, const Lane& lane);
  void halt(const log::PartitionId& partition, const std::string& why);

  log::Log& log_;
  const FollowerSettings settings_;
  const Concern concern_;
  std::map<log::PartitionId, Lane> lanes_;
  std::map<log::PartitionId, std::string> halted_;
  std::unique_ptr<log::Reader> reader_;  // nothing when there is nothing to read
  VoidCounts voids_{};
  std::string last_error_;
  bool suspicious_ = false;
  std::chrono::steady_clock::time_point compared_;
};

}  // namespace ledger::projections
