#include "log/append_all.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace ledger::log {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kFullPause{1};   // while the sender has no room

// What became of the records. Shared with their reports, which may come after nobody waits any more.
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

  void tell(const Report& report) {
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
  std::optional<std::string> wait_until(Steady::time_point until) {
    std::unique_lock lock{mutex_};
    if (!changed_.wait_until(lock, until, [this] { return open_ == 0 || error_; })) return std::to_string(open_) + " records were not confirmed in time";
    return error_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t open_ = 0;
  std::optional<std::string> error_;
};

// Hands one record over, waiting for room. Says what went wrong.
std::optional<std::string> append(Log& log, const Parcel& parcel, const std::shared_ptr<Reports>& reports, Steady::time_point until) {
  for (;;) {
    reports->expect_one();
    switch (log.append(parcel.to, *parcel.record, [reports](const Report& report) { reports->tell(report); })) {
      case Taken::yes: return std::nullopt;
      case Taken::broken: return reports->error().value_or("the sender is broken");
      case Taken::full: break;
    }
    reports->expect_one_less();
    if (const auto error = reports->error()) return error;
    if (Steady::now() >= until) return "the sender has no room";
    std::this_thread::sleep_for(kFullPause);
  }
}

}  // namespace

std::optional<std::string> append_all(Log& log, std::span<const Parcel> parcels, Steady::time_point until) {
  const auto reports = std::make_shared<Reports>();
  for (const auto& parcel : parcels) {
    if (auto error = append(log, parcel, reports, until)) return error;
  }
  return reports->wait_until(until);
}

}  // namespace ledger::log
