#include "projections/heal/put_back.hpp"

#include <algorithm>
#include <stdexcept>

#include "log/append_all.hpp"

namespace ledger::projections {
namespace {

using Steady = std::chrono::steady_clock;

class PutBack {
 public:
  PutBack(const HealPlace& place, const Survey& cut)
      : place_{place},
        partition_{cut.partition},
        goal_{cut.history_head.value().height},
        kept_{place.connection, cut.partition},
        head_{cut.log_head},
        begin_{next_height()},
        follower_{place.log, {{.partition = cut.partition, .anchor = cut.log_head}}, place.settings.follower} {}

  std::uint64_t run() {
    auto progress = Steady::now();
    while (!foreign_ && next_height() <= goal_) {
      if (place_.stop.stop_requested())
        throw std::runtime_error{"stopped before the end; what is back stays, run it again"};
      const auto before = next_height();
      auto why = send(kept_.records(before, goal_, place_.settings.batch.max_records, place_.settings.batch.max_bytes));
      if (next_height() != before) {
        progress = Steady::now();
        if (place_.on_put_back) place_.on_put_back(next_height() - begin_);
      }
      if (!why) continue;
      if (Steady::now() - progress > place_.settings.silence_ms)
        throw LogAway{"records could not be put back: " + *why};
      place_.log.renew_sender();
    }
    return next_height() - begin_;
  }

 private:
  std::uint64_t next_height() const { return head_ ? head_->head.height + 1 : 0; }

  // Until all of them count, or somebody else's do. Says why that is not so in time.
  std::optional<std::string> send(const std::vector<KeptRecord>& records) {
    check(records);
    std::vector<log::Parcel> parcels;
    for (const auto& each : records) parcels.push_back({partition_, &each.record});
    const auto until = Steady::now() + place_.settings.follower.log_timeout_ms;
    auto error = log::append_all(place_.log, parcels, until);
    // Whatever the reports say: what is read back is what is there.
    const auto goal = records.back().head.height;
    while (!foreign_ && next_height() <= goal) {
      if (!read() && (error || Steady::now() > until))
        return error.value_or("what was stored did not come back in time");
    }
    return std::nullopt;
  }

  // A damaged record that links would halt every reader of the partition, for ever.
  void check(const std::vector<KeptRecord>& records) const {
    auto reader = head_ ? log::LinkReader{partition_, *head_} : log::LinkReader{partition_};
    for (const auto& each : records) {
      const auto verdict = reader.read({partition_, reader.anchor().next_offset, 0, each.record});
      const auto* counts = std::get_if<log::Counts>(&verdict);
      if (counts == nullptr || counts->head != each.head)
        throw std::runtime_error{"the history's record of height " + std::to_string(each.head.height) +
                                 " is damaged: it does not follow the one before"};
    }
  }

  // True: something came. Another healer may be ahead of us, and writers may have begun behind the goal: only a record
  // that counts instead of ours matters.
  bool read() {
    const auto batch = follower_.next(place_.settings.batch);
    if (!follower_.halted().empty()) throw std::runtime_error{follower_.halted().begin()->second};
    const auto& counted = batch.counted;
    if (counted.empty() || counted.front().head.height > goal_) return !batch.empty();
    const auto kept = kept_.places(counted.front().head.height, std::min(counted.back().head.height, goal_));
    for (std::size_t n = 0; n < kept.size() && !foreign_; ++n) {
      foreign_ = kept[n].hash != counted[n].head.hash;
      if (!foreign_) head_ = log::Anchor{counted[n].offset + 1, counted[n].offset, counted[n].head};
    }
    return true;
  }

  const HealPlace& place_;
  const log::PartitionId partition_;
  const std::uint64_t goal_;
  KeptRecords kept_;
  std::optional<log::Anchor> head_;  // the last that counts
  const std::uint64_t begin_;
  Follower follower_;
  bool foreign_ = false;  // somebody else wrote on the head
};

}  // namespace

std::uint64_t put_back(const HealPlace& place, const Survey& cut) { return PutBack{place, cut}.run(); }

}  // namespace ledger::projections
