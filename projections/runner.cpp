#include "projections/runner.hpp"

#include <algorithm>

namespace ledger::projections {
namespace {

using Steady = std::chrono::steady_clock;

std::int64_t now_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

pg::ConnectionSettings own_connection(const RunnerSettings& settings, const Projection& projection) {
  auto own = settings.connection;
  own.search_path = pg::quote_name(projection.name());
  own.application_name = "promptledger projection " + std::string{projection.name()};
  own.synchronous_commit = false;  // what a crash of the server forgets, checkpoint and all, is applied again
  return own;
}

}  // namespace

Runner::Runner(log::Log& log, log::Groups& groups, const Projection& projection, RunnerSettings settings, Alarm alarm)
    : log_{log}, groups_{groups}, projection_{projection}, settings_{std::move(settings)}, alarm_{std::move(alarm)} {
  status_.name = projection.name();
  status_.version = projection.version();
  thread_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

Runner::~Runner() { stop(); }

void Runner::ask_to_stop() {
  thread_.request_stop();
  woken_.notify_all();
}

void Runner::stop() {
  ask_to_stop();
  if (thread_.joinable()) thread_.join();
}

RunnerStatus Runner::status() const {
  const auto share = share_.counts();
  const std::lock_guard lock{mutex_};
  auto status = status_;
  status.share = share;
  for (auto& each : status.partitions) each.mine = share_.has(each.partition);
  return status;
}

void Runner::retry_parked() { retry_wanted_ = true; }

void Runner::run(const std::stop_token& stop) {
  auto backoff = settings_.backoff_first_ms;
  while (!stop.stop_requested()) {
    progressed_ = false;
    try {
      session(stop);
    } catch (const RebuildRefused& refused) {
      failed(RunnerState::backing_off, refused.what());
    } catch (const Outdated& outdated) {
      leave();
      failed(RunnerState::outdated, outdated.what());
    } catch (const std::exception& failure) {
      failed(RunnerState::backing_off, failure.what());
    }
    share_.put_down();
    if (stop.stop_requested()) break;
    if (fails_too_long()) leave();
    backoff = progressed_ ? settings_.backoff_first_ms : std::min(backoff * 2, settings_.backoff_max_ms);
    std::unique_lock lock{mutex_};
    woken_.wait_for(lock, stop, backoff, [] { return false; });
  }
  leave();
  enter(RunnerState::stopped);
}

// From a new connection until something fails, another version is there, or the runner is stopped.
void Runner::session(const std::stop_token& stop) {
  pg::Connection connection{own_connection(settings_, projection_)};
  ready_model(connection, stop);
  const auto all = partitions_of(log_, projection_, settings_.topic_prefix, settings_.follower.log_timeout_ms);
  Model model{connection, projection_};
  orders_ = {};
  heed(model);
  join();
  while (!stop.stop_requested() && model.is_current()) {
    model.reload();
    if (orders_.paused)
      stand_still(model, all, stop);
    else
      follow(model, all, stop);
  }
}

// Learns what operators ask.
void Runner::heed(Model& model) {
  const auto orders = model.heed();
  if (orders.tries != orders_.tries) retry_wanted_ = true;
  orders_ = orders;
}

void Runner::ready_model(pg::Connection& connection, const std::stop_token& stop) {
  if (!make_short_model(connection, log_, projection_, settings_.topic_prefix, settings_.follower.log_timeout_ms,
                        settings_.long_log_records))
    return build(stop);
  const auto found = model_version(connection, std::string{projection_.name()});
  if (found == projection_.version()) return;
  if (found > projection_.version()) {
    throw Outdated{"the model has version " + std::to_string(*found) + " and this program makes version " +
                   std::to_string(projection_.version()) + ": run the newer program"};
  }
  build(stop);
}

void Runner::build(const std::stop_token& stop) {
  leave();  // whoever runs the older version goes on with that one until the new one is there
  enter(RunnerState::building);
  rebuild({.log = log_,
           .connection = settings_.connection,
           .topic_prefix = settings_.topic_prefix,
           .settings = settings_.rebuild,
           .follower = settings_.follower,
           .stop = stop,
           .unless_current = true},
          projection_);
}

void Runner::join() {
  if (membership_) return;
  auto member = settings_.member;
  member.group = settings_.topic_prefix + ".projection." + std::string{projection_.name()};
  for (const auto topic : projection_.topics()) member.topics.push_back(settings_.topic_prefix + "." + std::string{topic});
  membership_ = groups_.join(member, share_);
}

void Runner::leave() {
  membership_.reset();
  share_.forget();
}

// What is this process's now, from the checkpoints, until that changes, another runner was quicker, another version is
// there, or the runner is stopped.
void Runner::follow(Model& model, const std::vector<log::PartitionId>& all, const std::stop_token& stop) {
  std::vector<Start> starts;
  for (const auto& partition : share_.pick_up()) {
    const auto at = model.at().find(partition);
    starts.push_back(
        {.partition = partition, .anchor = at == model.at().end() ? std::nullopt : std::optional{at->second}});
  }
  Follower follower{log_, std::move(starts), settings_.follower, concern_of(projection_)};
  if (!backs_off()) enter(RunnerState::running);  // else when something has gone well, or nothing is left to be done
  while (!stop.stop_requested() && share_.stands()) {
    if (retry_wanted_.exchange(false)) model.retry_parked();
    const auto batch = follower.next(settings_.batch);
    if (!batch.empty()) {
      if (model.apply(batch.counted, batch.to) == BatchOutcome::lost_race) {
        const std::lock_guard lock{mutex_};
        ++status_.lost_races;
        return;
      }
      committed(batch);
    }
    tell_halted(follower);
    if (Steady::now() - looked_ < settings_.look_every_ms) continue;
    look_around(model, follower, all);
    heed(model);
    if (orders_.paused || !model.is_current()) return;
  }
}

// Until it is resumed, another version is there, or the runner is stopped. What is asked back is given back meanwhile.
void Runner::stand_still(Model& model, const std::vector<log::PartitionId>& all, const std::stop_token& stop) {
  share_.put_down();
  enter(RunnerState::paused);
  const Follower nothing{log_, {}, settings_.follower};
  while (!stop.stop_requested() && orders_.paused && model.is_current()) {
    look_around(model, nothing, all);
    {
      std::unique_lock lock{mutex_};
      woken_.wait_for(lock, stop, settings_.look_every_ms, [] { return false; });
    }
    heed(model);
  }
}

void Runner::committed(const Followed& batch) {
  progressed_ = true;
  const auto now = now_us();
  const std::lock_guard lock{mutex_};
  status_.state = RunnerState::running;
  status_.applied += batch.counted.size();
  for (const auto& applied : batch.counted)
    status_.visible.add(static_cast<double>(now - applied.head.recorded_us) / 1'000.0);
}

// The whole model, also what other processes have of it.
void Runner::look_around(Model& model, const Follower& follower, const std::vector<log::PartitionId>& all) {
  const auto parked = model.parked();
  auto found = ask_ends(model.looked_up(), follower, all);
  const auto now = Steady::now();
  bool more_parked = false;
  {
    const std::lock_guard lock{mutex_};
    const double seconds = std::chrono::duration<double>(now - looked_).count();
    status_.rate_per_s =
        looked_ == Steady::time_point{} ? 0 : static_cast<double>(status_.applied - applied_when_looked_) / seconds;
    applied_when_looked_ = status_.applied;
    more_parked = parked.streams > status_.parked_streams;
    status_.parked_streams = parked.streams;
    status_.parked_events = parked.events;
    status_.voids = follower.voids();
    if (status_.state == RunnerState::backing_off && nothing_left(follower, found)) status_.state = RunnerState::running;
    status_.partitions = std::move(found);
  }
  looked_ = now;
  if (more_parked)
    tell(Severity::warning,
         std::to_string(parked.streams) + " streams are parked with " + std::to_string(parked.events) +
             " events: this program cannot apply them. Run one that can, which tries them again when it starts (see docs/operating.md, 'A parked stream')");
}

std::vector<PartitionStatus> Runner::ask_ends(const Anchors& anchors, const Follower& follower,
                                              const std::vector<log::PartitionId>& all) {
  std::vector<PartitionStatus> found;
  bool log_answers = true;
  for (const auto& partition : all) {
    PartitionStatus status{.partition = partition};
    if (const auto at = anchors.find(partition); at != anchors.end()) {
      status.next_offset = at->second.next_offset;
      status.height = at->second.head.height;
    }
    // After one silence the others are not asked: each would wait just as long.
    if (log_answers) {
      const auto ends = log_.ends(partition, settings_.follower.log_timeout_ms);
      log_answers = ends.has_value();
      if (ends) status.end = ends->end;
    }
    status.lag = status.end ? std::max<std::int64_t>(0, *status.end - status.next_offset) : 0;
    if (const auto halted = follower.halted().find(partition); halted != follower.halted().end())
      status.halted = halted->second;
    found.push_back(std::move(status));
  }
  return found;
}

// Of the whole model, as this process may have nothing of it just because it failed. An end that could not be asked is not reached.
bool Runner::nothing_left(const Follower& follower, const std::vector<PartitionStatus>& found) {
  return std::ranges::all_of(found, [&](const PartitionStatus& each) {
    return !each.halted.empty() || (each.end && (each.lag == 0 || follower.reached(each.partition, *each.end)));
  });
}

void Runner::tell_halted(const Follower& follower) {
  if (follower.halted().size() == halted_told_.size()) return;
  looked_ = {};  // the status shows it at once
  for (const auto& [partition, why] : follower.halted()) {
    if (halted_told_.emplace(partition, why).second)
      tell(Severity::error, partition.topic + '/' + std::to_string(partition.number) + " halted: " + why);
  }
}

void Runner::failed(RunnerState state, const std::string& what) {
  bool first = false;
  {
    const std::lock_guard lock{mutex_};
    first = status_.state != state;
    status_.state = state;
    status_.last_error = what;
    status_.last_error_us = now_us();
    ++status_.backed_off;
  }
  if (first) tell(Severity::warning, what);
}

// Others shall have the partitions then: it may be this process alone that cannot reach its servers.
bool Runner::fails_too_long() {
  const auto now = Steady::now();
  const auto patience = settings_.member.session_timeout_ms;
  if (progressed_ || now - failed_ > patience + settings_.backoff_max_ms) failing_since_ = now;
  failed_ = now;
  return now - failing_since_ >= patience;
}

bool Runner::backs_off() const {
  const std::lock_guard lock{mutex_};
  return status_.state == RunnerState::backing_off;
}

void Runner::enter(RunnerState state) {
  const std::lock_guard lock{mutex_};
  status_.state = state;
}

void Runner::tell(Severity severity, const std::string& what) const {
  if (alarm_) alarm_(std::string{projection_.name()}, severity, what);
}

}  // namespace ledger::projections
