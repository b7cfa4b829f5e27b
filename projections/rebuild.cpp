#include "projections/rebuild.hpp"

#include <algorithm>
#include <future>
#include <map>
#include <thread>

#include "projections/difference.hpp"
#include "projections/model.hpp"

namespace ledger::projections {
namespace {

using Steady = std::chrono::steady_clock;
using Goals = std::map<log::PartitionId, log::Offset>;  // everything before the offset is to be applied

const pg::Statement kTryLock{"session.try_lock", "SELECT pg_try_advisory_lock(hashtextextended($1, 0))"};
const pg::Statement kSetVersion{"model.change_version", "UPDATE model SET version = $1"};
const pg::Statement kLock{"session.lock_for_swap", "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"};

constexpr std::chrono::duration<double> kThrottleStep{0.2};  // how soon another rate, or an end, is heard of

double seconds_since(Steady::time_point begin) { return std::chrono::duration<double>(Steady::now() - begin).count(); }

// One rebuild of one projection.
class Rebuild {
 public:
  Rebuild(const RebuildPlace& place, const Projection& projection)
      : place_{place},
        projection_{projection},
        live_{projection.name()},
        next_{live_ + "__next"},
        old_{live_ + "__old"},
        built_{projection.renewal() == Renewal::in_place ? live_ : next_},
        builder_{own_connection()},
        model_{builder_, projection},
        partitions_{partitions_of(place.log, projection, place.topic_prefix, place.follower.log_timeout_ms)} {}

  RebuildReport run(bool force) {
    if (!builder_.run(kTryLock, pg::Params{"rebuild:" + live_})[0].flag(0))
      throw RebuildRefused{live_ + " is being rebuilt by somebody else"};
    if (place_.unless_current && has_twin(builder_)) return report_;
    if (projection_.renewal() == Renewal::in_place)
      begin_again();
    else
      build_beside(force);
    report_.seconds = seconds_since(begin_);
    return report_;
  }

 private:
  void build_beside(bool force) {
    if (!drop(next_) || !drop(old_))
      throw RebuildRefused{"what an earlier rebuild of " + live_ + " left is still in use"};
    create_model(builder_, projection_, next_, Indexes::later);

    model_.heed();
    fill(goals());
    report_.build_seconds = seconds_since(begin_);
    if (!projection_.indexes_sql().empty()) builder_.script(projection_.indexes_sql());
    auto statistics = std::async(std::launch::async, [this] { analyze(); });
    fill(goals());  // what came meanwhile, so that little is left for when the live model stands still
    swap(force, std::move(statistics));
    drop(old_);  // still in use: the next rebuild drops it
  }

  // The planner's statistics of the new tables, and of no others: without names it would go through the whole database. Beside whatever the builder does.
  void analyze() const {
    pg::Connection connection{own_connection()};
    for (const auto& table : tables_of(connection, next_)) connection.script("ANALYZE " + pg::quote_name(next_) + "." + pg::quote_name(table));
  }

  // Forgets how far the live model is. Runners find their place gone and begin again as well; each batch is applied by
  // one of them or by us, until the model is where it was.
  void begin_again() {
    create_model(builder_, projection_, live_, Indexes::now);
    const auto goals = this->goals();
    pg::Transaction transaction{builder_};
    builder_.script("LOCK TABLE checkpoint IN EXCLUSIVE MODE");  // after the batch at hand
    builder_.script("DELETE FROM parked_event; DELETE FROM parked_stream; DELETE FROM checkpoint");
    builder_.run(kSetVersion, pg::Params{projection_.version()});
    transaction.commit();
    while (!fill(goals)) {
    }
    report_.build_seconds = seconds_since(begin_);
  }

  pg::ConnectionSettings own_connection() const {
    auto own = place_.connection;
    own.search_path = pg::quote_name(built_);
    own.application_name = "promptledger rebuild " + live_;
    own.synchronous_commit = false;
    own.statement_timeout_ms = place_.settings.statement_timeout_ms;
    own.lock_timeout_ms = place_.settings.lock_wait_ms;
    own.idle_in_transaction_timeout_ms =
        place_.settings.statement_timeout_ms;  // the swap's, while the builder catches up
    return own;
  }

  // Sessions that were waiting for one of its tables when the swap came touch the others once more before they see the
  // new ones, and so do readers of several tables: a drop that waits for them can deadlock with them. Ours gives up
  // long before PostgreSQL looks for deadlocks (1 s), lets them pass, and tries again.
  bool drop(const std::string& schema) {
    const auto deadline = Steady::now() + place_.settings.lock_wait_ms;
    for (;;) {
      try {
        pg::Transaction transaction{builder_};
        builder_.script("SET LOCAL lock_timeout = '100ms'; DROP SCHEMA IF EXISTS " + pg::quote_name(schema) +
                        " CASCADE");
        transaction.commit();
        return true;
      } catch (const pg::Fault& fault) {
        if (fault.code != pg::Code::timeout && fault.code != pg::Code::retry) throw;
      }
      if (Steady::now() >= deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
  }

  // A live model that this program could have made: it says how far to go, and is compared with.
  bool has_twin(pg::Connection& connection) const {
    const auto version = model_version(connection, live_);
    if (version && *version > projection_.version())
      throw RebuildRefused{live_ + " was made by a newer program: run that one"};
    return version == projection_.version();
  }

  Goals goals() {
    Goals goals;
    if (has_twin(builder_)) {
      for (const auto& [partition, anchor] : load_checkpoints(builder_, live_))
        goals.emplace(partition, anchor.next_offset);
      return goals;
    }
    for (const auto& partition : partitions_) {
      const auto ends = place_.log.ends(partition, place_.follower.log_timeout_ms);
      if (!ends) throw LogAway{ends.error().why};
      goals.emplace(partition, ends->end);
    }
    return goals;
  }

  // Applies everything before the goals, and nothing behind them. False: another applied some of it meanwhile, and it is
  // to be called again.
  bool fill(const Goals& goals) {
    model_.reload();
    std::vector<Start> starts;
    for (const auto& [partition, goal] : goals) {
      const auto at = model_.at().find(partition);
      const bool begun = at != model_.at().end();
      if ((begun ? at->second.next_offset : 0) < goal)
        starts.push_back({partition, begun ? std::optional{at->second} : std::nullopt, goal});
    }
    if (starts.empty()) return true;
    // Nobody waits for a single record: however slowly the log gives them, a transaction has many.
    Follower follower{place_.log, std::move(starts), place_.follower, [](const Applied&) { return false; }};
    auto heard = Steady::now();
    std::future<Followed> ahead;
    for (bool done = false; !done;) {
      if (place_.stop.stop_requested()) throw RebuildRefused{"stopped before the end"};
      const auto batch = ahead.valid() ? ahead.get() : follower.next(limits());
      if (!follower.halted().empty()) {
        const auto& [partition, why] = *follower.halted().begin();
        throw RebuildRefused{partition.topic + '/' + std::to_string(partition.number) +
                             " cannot be read to the end: " + why};
      }
      if (batch.empty() && Steady::now() - heard > place_.settings.silence_ms)
        throw LogAway{"the log gave nothing more, although its end was not reached: " + follower.last_error()};
      done = follower.finished();
      // The next batch is read while this one is applied, unless it has to wait: how much may be read then is agreed after it.
      if (!done && rate() <= 0)
        ahead = std::async(std::launch::async, [&follower, limits = limits()] { return follower.next(limits); });
      if (batch.empty()) continue;
      if (!apply(batch)) return false;
      heard = Steady::now();
    }
    return true;
  }

  bool apply(const Followed& batch) {
    if (model_.apply(batch.counted, batch.to) == BatchOutcome::lost_race) {
      if (built_ == live_) return false;
      throw RebuildRefused{"somebody else writes to " + next_};
    }
    report_.records += batch.counted.size();
    hold_back();
    if (place_.on_progress) place_.on_progress({report_.records, seconds_since(begin_)});
    return true;
  }

  std::int64_t rate() const { return throttled_ && place_.max_records_per_s ? place_.max_records_per_s() : 0; }

  // Sleeps until no more than the agreed number of records a second has been applied since it was agreed.
  void hold_back() {
    for (;;) {
      if (const auto rate = this->rate(); rate != rate_) {
        rate_ = rate;
        rate_since_ = Steady::now();
        rate_from_ = report_.records;
      }
      if (rate_ <= 0 || place_.stop.stop_requested()) return;
      const double due = static_cast<double>(report_.records - rate_from_) / static_cast<double>(rate_);
      const double early = due - seconds_since(rate_since_);
      if (early <= 0) return;
      std::this_thread::sleep_for(std::min(std::chrono::duration<double>{early}, kThrottleStep));
    }
  }

  // A batch takes a second at most, so that a throttle is even, and heard.
  BatchLimits limits() const {
    auto limits = place_.settings.batch;
    if (const auto rate = this->rate(); rate > 0) limits.max_records = std::min(limits.max_records, static_cast<std::size_t>(rate));
    return limits;
  }

  // With the statistics of the new tables: the live model is not held up for them.
  void swap(bool force, std::future<void> statistics) {
    pg::Connection swapper{own_connection()};
    pg::Transaction transaction{swapper};
    swapper.run(kLock, pg::Params{"model:" + live_});  // nobody makes the live model just now
    const bool is_there = model_version(swapper, live_).has_value();
    if (has_twin(swapper)) {
      statistics.get();
      // Whoever applies a batch moves a checkpoint first: the live model stands still from here on, and can be read all
      // the same.
      swapper.script("LOCK TABLE " + pg::quote_name(live_) + ".checkpoint IN EXCLUSIVE MODE");
      throttled_ = false;  // the live model waits
      fill(goals());
      model_.heed();
      model_.retry_parked();  // what was skipped meanwhile
      compare(swapper, force);
    } else {
      report_.tables = digests(builder_, next_);
      statistics.get();
    }
    if (is_there) swapper.script("ALTER SCHEMA " + pg::quote_name(live_) + " RENAME TO " + pg::quote_name(old_));
    swapper.script("ALTER SCHEMA " + pg::quote_name(next_) + " RENAME TO " + pg::quote_name(live_));
    transaction.commit();
  }

  // Both sides at once: the live model stands still meanwhile.
  void compare(pg::Connection& swapper, bool force) {
    report_.compared = true;
    auto rebuilt = std::async(std::launch::async, [this] { return digests(builder_, next_); });
    const auto live = digests(swapper, live_);
    report_.tables = rebuilt.get();
    if (force || live == report_.tables) return;
    std::vector<std::string> different;
    std::string names;
    for (const auto& table : report_.tables) {
      if (std::find(live.begin(), live.end(), table) != live.end()) continue;
      different.push_back(table.table);
      names += (names.empty() ? "" : ", ") + table.table;
    }
    if (different.empty()) names = "the list of tables";
    keep_differences(builder_, live_, next_, different);
    throw RebuildRefused{"the rebuilt " + live_ + " differs from the live one of the same version in: " + names +
                             ". It stays in " + next_ + " for inspection; a forced rebuild replaces the live one",
                         std::move(different)};
  }

  const RebuildPlace& place_;
  const Projection& projection_;
  const std::string live_, next_, old_;
  const std::string built_;  // the one of them that is filled
  const Steady::time_point begin_ = Steady::now();
  bool throttled_ = true;
  std::int64_t rate_ = 0;  // records a second, agreed when this many had been applied
  Steady::time_point rate_since_ = begin_;
  std::uint64_t rate_from_ = 0;
  pg::Connection builder_;
  Model model_;
  const std::vector<log::PartitionId> partitions_;
  RebuildReport report_;
};

}  // namespace

RebuildReport rebuild(const RebuildPlace& place, const Projection& projection, bool force) {
  return Rebuild{place, projection}.run(force);
}

std::vector<log::PartitionId> partitions_of(log::Log& log, const Projection& projection,
                                            const std::string& topic_prefix, std::chrono::milliseconds timeout) {
  std::vector<log::PartitionId> partitions;
  for (const auto topic : projection.topics()) {
    const std::string name = topic_prefix + "." + std::string{topic};
    const auto facts = log.facts(name, timeout);
    if (!facts) throw LogAway{facts.error().why};
    if (!*facts) throw LogAway{"the log has no topic " + name};
    for (std::int32_t number = 0; number < (*facts)->partitions; ++number) partitions.push_back({name, number});
  }
  return partitions;
}

bool make_short_model(pg::Connection& connection, log::Log& log, const Projection& projection,
                      const std::string& topic_prefix, std::chrono::milliseconds timeout,
                      std::int64_t long_log_records) {
  const std::string schema{projection.name()};
  if (model_version(connection, schema)) return true;
  std::int64_t records = 0;
  for (const auto& partition : partitions_of(log, projection, topic_prefix, timeout)) {
    const auto ends = log.ends(partition, timeout);
    if (!ends) throw LogAway{ends.error().why};
    records += ends->end - ends->earliest;
    if (records >= long_log_records && projection.renewal() == Renewal::beside) return false;
  }
  create_model(connection, projection, schema, Indexes::now);
  return true;
}

}  // namespace ledger::projections
