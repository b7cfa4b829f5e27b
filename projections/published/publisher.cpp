#include "projections/published/publisher.hpp"

#include <condition_variable>
#include <memory>
#include <optional>
#include <thread>

#include "projections/follower.hpp"
#include "projections/published/topics.hpp"

namespace ledger::projections {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kFullPause{1};  // while the sender has no room

// What became of a batch's records. Shared with their reports, which may come after nobody waits any more.
class Reports {
 public:
  void expect_one() {
    const std::lock_guard lock{mutex_};
    ++open_;
  }

  // It was not taken, and no report will come.
  void expect_one_less() {
    const std::lock_guard lock{mutex_};
    --open_;
  }

  void tell(const log::Report& report) {
    const std::lock_guard lock{mutex_};
    --open_;
    if (!report.offset && !error_) error_ = report.error;
    if (open_ == 0 || error_) changed_.notify_all();
  }

  // The first error so far.
  std::optional<std::string> error() const {
    const std::lock_guard lock{mutex_};
    return error_;
  }

  // Until every record is stored, one is not, or the time is over. Says what went wrong.
  std::optional<std::string> wait_until(Steady::time_point deadline) {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_until(lock, deadline, [this] { return open_ == 0 || error_; }))
      return std::to_string(open_) + " records were not confirmed in time";
    return error_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t open_ = 0;
  std::optional<std::string> error_;
};

// Hands one record over, waiting for room. Says what went wrong.
std::optional<std::string> append(log::Log& log, const Outgoing& outgoing, const std::shared_ptr<Reports>& reports,
                                  Steady::time_point deadline) {
  const log::PartitionId to{published_topic(outgoing.log_topic), outgoing.partition};
  for (;;) {
    reports->expect_one();
    switch (log.append(to, outgoing.record, [reports](const log::Report& report) { reports->tell(report); })) {
      case log::Taken::yes:
        return std::nullopt;
      case log::Taken::broken:
        return reports->error().value_or("the sender is broken");
      case log::Taken::full:
        break;
    }
    reports->expect_one_less();
    if (const auto error = reports->error()) return error;
    if (Steady::now() >= deadline) return "the sender has no room";
    std::this_thread::sleep_for(kFullPause);
  }
}

std::optional<std::string> append_all(log::Log& log, std::span<const Outgoing> batch, Steady::time_point deadline) {
  const auto reports = std::make_shared<Reports>();
  for (const auto& outgoing : batch) {
    if (auto error = append(log, outgoing, reports, deadline)) return error;
  }
  return reports->wait_until(deadline);
}

}  // namespace

void Publisher::publish(std::span<const Outgoing> batch) {
  const std::lock_guard lock{mutex_};
  guard(batch);
  const auto error = append_all(log_, batch, Steady::now() + settings_.delivery_timeout_ms);
  if (!error) return;
  // What the sender still holds would be stored in order, but nobody waits for it any more; and a broken one takes no
  // more.
  log_.renew_sender();
  guarded_.clear();
  throw LogAway{"events could not be published: " + *error};
}

void Publisher::guard(std::span<const Outgoing> batch) {
  const auto now = Steady::now();
  for (const auto& outgoing : batch) {
    const auto found = guarded_.find(outgoing.log_topic);
    if (found != guarded_.end() && now - found->second < settings_.guard_every_ms) continue;
    const auto fit = guard_published_topic(log_, outgoing.log_topic, settings_.log_timeout_ms);
    if (!fit) throw LogAway{fit.error()};
    guarded_.insert_or_assign(outgoing.log_topic, now);
  }
}

}  // namespace ledger::projections
