#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "projections/follower.hpp"
#include "projections/heal/kept_records.hpp"

namespace ledger::projections {

struct HealSettings {
  FollowerSettings follower;
  BatchLimits batch{.max_records = 2'000,
                    .max_bytes = std::size_t{16} << 20,
                    .max_ms = std::chrono::milliseconds{50},
                    .first_wait_ms = std::chrono::milliseconds{100}};
  std::chrono::milliseconds silence_ms{60'000};  // the log gives or takes nothing more: then it is given up
  std::size_t shown_max = 10;                    // records of a branch that are told one by one
};

// Where a log is compared with what was read of it.
struct HealPlace {
  log::Log& log;               // its sender is the healer's own, and gapless (infra/kafka)
  pg::Connection& connection;  // its search_path is changed within transactions
  std::vector<std::string>
      models;  // the projections whose checkpoints are looked at; those that are not there are left out
  HealSettings settings = {};
  std::stop_token stop = {};
  std::function<void(std::uint64_t records)> on_put_back = {};  // so many are back so far
};

// How a partition of the log is, measured by what the history and the other projections have read of it.
enum class Condition : std::uint8_t {
  whole,       // all that they know of is there, where they look for it
  astray,      // all is there, but not where they look for it
  cut,         // the log ends before the history does: what follows there can be put back
  forked,      // another record counts in the log where the history holds one: both cannot
  unreadable,  // the log could not be read to its end, or holds what is not to be believed
};

// Where a projection stands.
struct ModelPlace {
  std::string model;
  int version = 0;
  log::Anchor stands;                                    // as its checkpoint says
  std::optional<log::Offset> found = {};                 // where its head's record is in the log
  bool is_astray = false;                                // found, but not as the checkpoint says
  bool is_kept = false;                                  // the history holds the record
  bool is_beyond() const { return !found && !is_kept; }  // it has applied what nobody can give back
};

// A record to be told of, without its value.
struct Told {
  log::Head head;
  std::optional<log::Offset> offset;  // in the log
  log::Record record;
};

// Records of consecutive heights that only one side has.
struct Branch {
  std::uint64_t from = 0, to = 0;
  std::vector<Told> first = {};  // as many as are told
  std::uint64_t size() const { return to - from + 1; }
};

struct Survey {
  log::PartitionId partition;
  std::optional<log::Anchor> log_head = {};    // the last record that counts; nothing: the log holds none
  std::optional<log::Head> history_head = {};  // nothing: the history has not begun
  std::optional<std::uint64_t> common = {};    // up to this height both hold the same
  std::optional<Branch> in_log = {};           // of a fork: what was written on the cut head
  std::optional<Branch> in_history = {};       // what the log does not hold
  std::size_t rows_astray = 0;                 // of the history, whose record stands elsewhere in the log
  std::vector<ModelPlace> models = {};
  std::string unreadable = {};

  Condition condition() const;
  // The height up to which some projection has applied records that neither log nor history holds; nothing: none has.
  std::optional<std::uint64_t> known_lost_to() const;
};

// What is done about rows of the history that name another offset or append time than the log does.
enum class RowsAstray : bool { are_counted, are_corrected };

// Reads the partition from its first record to the end that it has now, by the link rule, and compares it with every
// record that the history holds. Throws LogAway, pg::Fault, and std::runtime_error when the history is damaged.
Survey survey(const HealPlace& place, const log::PartitionId& partition, RowsAstray rows = RowsAstray::are_counted);

}  // namespace ledger::projections
