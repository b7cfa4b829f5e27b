#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

#include "log/log.hpp"
#include "projections/digest.hpp"
#include "projections/follower.hpp"
#include "projections/projection.hpp"

namespace ledger::projections {

struct RebuildSettings {
  BatchLimits batch{.max_records = 20'000,
                    .max_bytes = std::size_t{32} << 20,
                    .max_ms = std::chrono::milliseconds{500},
                    .first_wait_ms = std::chrono::milliseconds{500},
                    .unconcerned_ms = std::chrono::milliseconds{500}};
  std::chrono::milliseconds statement_timeout_ms{3'600'000};  // building an index takes its time
  std::chrono::milliseconds lock_wait_ms{10'000};             // for the live model, at the swap
  std::chrono::milliseconds silence_ms{20'000};               // nothing came although the end was not reached
};

struct Progress {
  std::uint64_t records = 0;  // that count, applied so far
  double seconds = 0;
};

struct RebuildReport {
  std::uint64_t records = 0;
  double seconds = 0;               // all of it; the rate is records over this
  double build_seconds = 0;         // until the first catch-up, without indexes and comparison
  bool compared = false;            // with a live model of the same version
  std::vector<TableDigest> tables;  // of the new model, in the order of their names
};

// The new model and the live one do not agree, or the log is not what it was. The live model stays as it is.
class RebuildRefused : public std::runtime_error {
 public:
  explicit RebuildRefused(const std::string& why, std::vector<std::string> different = {}) : std::runtime_error{why}, different_{std::move(different)} {}
  const std::vector<std::string>& different() const { return different_; }  // tables, by name

 private:
  std::vector<std::string> different_;
};

// Where a rebuild works, and how.
struct RebuildPlace {
  log::Log& log;
  pg::ConnectionSettings connection;
  std::string topic_prefix = "promptledger";
  RebuildSettings settings = {};
  FollowerSettings follower = {};
  std::function<void(const Progress&)> on_progress = {};
  std::function<std::int64_t()> max_records_per_s = {};  // asked again after each batch; 0 or nothing: as quickly as it goes
  std::stop_token stop = {};
  bool unless_current = false;  // a model of the projection's own version is left as it is: somebody was quicker
};

// Builds `<name>__next` beside the live model from the log's beginning, brings it to exactly the live model's place,
// compares digests of all tables, and swaps the two by renaming in one transaction; readers see the old model until
// then and the new one after. Runners may go on meanwhile; they wait during the last step. With a difference in the
// same version it is refused, and the tables named, unless `force`; the new model then stays for inspection until the
// next try, with a table `difference` beside its own that names the first rows that differ (difference.hpp). A live model of another version is not compared. A projection that is renewed in place begins again where it
// is, and this returns when it is back where it was. Throws RebuildRefused, pg::Fault, LogAway.
RebuildReport rebuild(const RebuildPlace& place, const Projection& projection, bool force = false);

// The partitions of all of the projection's topics. Throws LogAway when the log cannot be asked or lacks a topic.
std::vector<log::PartitionId> partitions_of(log::Log& log, const Projection& projection,
                                            const std::string& topic_prefix, std::chrono::milliseconds timeout);

// A log of so many records is quicker applied to a model built beside, with its indexes last, than to empty tables.
inline constexpr std::int64_t kLongLogRecords = 10'000;

// Makes a model that is not there, empty and with its indexes, unless the log is long and it can be built beside. True: the model is there. Throws
// the same, and pg::Fault.
bool make_short_model(pg::Connection& connection, log::Log& log, const Projection& projection,
                      const std::string& topic_prefix, std::chrono::milliseconds timeout,
                      std::int64_t long_log_records = kLongLogRecords);

}  // namespace ledger::projections
