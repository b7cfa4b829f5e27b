#include "projections/published/publisher.hpp"

#include <vector>

#include "log/append_all.hpp"
#include "projections/follower.hpp"
#include "projections/published/topics.hpp"

namespace ledger::projections {
namespace {

using Steady = std::chrono::steady_clock;

std::vector<log::Parcel> parcels_of(std::span<const Outgoing> batch) {
  std::vector<log::Parcel> parcels;
  parcels.reserve(batch.size());
  for (const auto& outgoing : batch)
    parcels.push_back({{published_topic(outgoing.log_topic), outgoing.partition}, &outgoing.record});
  return parcels;
}

}  // namespace

void Publisher::publish(std::span<const Outgoing> batch) {
  const std::lock_guard lock{mutex_};
  guard(batch);
  const auto error = log::append_all(log_, parcels_of(batch), Steady::now() + settings_.delivery_timeout_ms);
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
