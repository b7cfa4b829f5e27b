#include "infra/memory/coordinator.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ledger::memory {

namespace {

constexpr std::chrono::milliseconds kNoWait{0};          // a log in memory answers at once

std::vector<log::PartitionId> listed(const std::set<log::PartitionId>& partitions) { return {partitions.begin(), partitions.end()}; }

}  // namespace

Coordinator::SeatId Coordinator::join(const log::GroupSettings& settings, std::shared_ptr<Ear> ear) {
  const std::lock_guard lock{mutex_};
  const auto before = std::ranges::find_if(seats_, [&](const Seat& seat) {
    return seat.settings.group == settings.group && seat.settings.member == settings.member;
  });
  Partitions inherited;
  if (before != seats_.end()) {                          // its membership lives on without a seat, as one whose name was taken
    if (before->presence == Presence::present) inherited = before->told;
    lose(*before);
    seats_.erase(before);
  }
  seats_.push_back({.id = ++last_id_, .settings = settings, .ear = std::move(ear), .presence = away_ ? Presence::waiting : Presence::present, .told = {}, .asked_back = {}});
  auto& seat = seats_.back();
  if (!away_ && !inherited.empty()) {
    seat.told = inherited;
    tell(seat, [given = listed(inherited)](log::GroupListener& listener) { listener.assigned(given); });
  }
  share(settings.group);
  return seat.id;
}

void Coordinator::leave(SeatId id) {
  const std::lock_guard lock{mutex_};
  const auto found = std::ranges::find(seats_, id, &Seat::id);
  if (found == seats_.end()) return;
  const auto group = found->settings.group;
  seats_.erase(found);
  share(group);
}

tl::expected<std::vector<log::Member>, log::LogFault> Coordinator::members(const std::string& group) const {
  const std::lock_guard lock{mutex_};
  if (away_) return tl::unexpected(log::LogFault{"the groups are away"});
  std::vector<log::Member> members;
  for (const auto& seat : seats_) {
    if (!takes_part(seat, group)) continue;
    members.push_back({.member = seat.settings.member, .about = seat.settings.about, .partitions = listed(seat.told)});
  }
  return members;
}

void Coordinator::expire(const std::string& group, const std::string& member) {
  const std::lock_guard lock{mutex_};
  find(group, member).presence = Presence::silent;
  share(group);
}

void Coordinator::wake(const std::string& group, const std::string& member) {
  const std::lock_guard lock{mutex_};
  auto& seat = find(group, member);
  lose(seat);
  seat.presence = away_ ? Presence::waiting : Presence::present;
  share(group);
}

void Coordinator::wait_no_longer(const std::string& group, const std::string& member) {
  const std::lock_guard lock{mutex_};
  auto& seat = find(group, member);
  for (const auto& partition : std::exchange(seat.asked_back, {})) seat.told.erase(partition);
  share(group);
}

void Coordinator::set_away(bool away) {
  const std::lock_guard lock{mutex_};
  away_ = away;
  if (away) return;
  std::set<std::string> groups;
  for (auto& seat : seats_) {
    if (seat.presence == Presence::waiting) seat.presence = Presence::present;
    groups.insert(seat.settings.group);
  }
  for (const auto& group : groups) share(group);
}

Coordinator::Seat& Coordinator::find(const std::string& group, const std::string& member) {
  for (auto& seat : seats_) {
    if (seat.settings.group == group && seat.settings.member == member) return seat;
  }
  throw std::out_of_range("there is no member " + member + " in " + group);
}

void Coordinator::release(SeatId id, const std::vector<log::PartitionId>& partitions) {
  const std::lock_guard lock{mutex_};
  const auto seat = std::ranges::find(seats_, id, &Seat::id);
  if (seat == seats_.end()) return;
  for (const auto& partition : partitions) {
    if (seat->asked_back.erase(partition) > 0) seat->told.erase(partition);
  }
  share(seat->settings.group);
}

void Coordinator::lose(Seat& seat) {
  seat.asked_back.clear();
  const auto lost = std::exchange(seat.told, {});
  if (lost.empty()) return;
  tell(seat, [gone = listed(lost)](log::GroupListener& listener) { listener.lost(gone); });
}

bool Coordinator::takes_part(const Seat& seat, const std::string& group) const {
  return seat.settings.group == group && seat.presence == Presence::present;
}

// Everybody keeps what he has up to his share, gives back what is more, and gets what nobody has. Who has the most gets the larger share, so
// that the least moves; between equals the name decides.
void Coordinator::share(const std::string& group) {
  if (away_) return;
  std::vector<Seat*> present;
  auto free = partitions_of(group);
  const auto all = free.size();
  for (auto& seat : seats_) {
    if (!takes_part(seat, group)) continue;
    present.push_back(&seat);
    for (const auto& partition : seat.told) free.erase(partition);
  }
  std::ranges::sort(present, [](const Seat* a, const Seat* b) {
    if (a->told.size() != b->told.size()) return a->told.size() > b->told.size();
    return a->settings.member < b->settings.member;
  });
  for (std::size_t n = 0; n < present.size(); ++n) {
    auto& seat = *present[n];
    const auto fair = all / present.size() + (n < all % present.size() ? 1 : 0);
    std::vector<log::PartitionId> given, asked;
    while (seat.told.size() < fair && !free.empty()) {
      given.push_back(*free.begin());
      seat.told.insert(free.extract(free.begin()));
    }
    for (auto last = seat.told.rbegin(); last != seat.told.rend() && seat.told.size() - seat.asked_back.size() > fair; ++last) {
      if (seat.asked_back.insert(*last).second) asked.push_back(*last);
    }
    if (!given.empty()) tell(seat, [given](log::GroupListener& listener) { listener.assigned(given); });
    if (asked.empty()) continue;
    tell(seat, [self = weak_from_this(), id = seat.id, asked](log::GroupListener& listener) {
      listener.revoked(asked, [self, id, asked] {
        if (const auto coordinator = self.lock()) coordinator->release(id, asked);
      });
    });
  }
}

Coordinator::Partitions Coordinator::partitions_of(const std::string& group) const {
  std::set<std::string> topics;
  for (const auto& seat : seats_) {
    if (takes_part(seat, group)) topics.insert(seat.settings.topics.begin(), seat.settings.topics.end());
  }
  Partitions partitions;
  for (const auto& topic : topics) {
    const auto facts = log_.facts(topic, kNoWait);
    const auto count = facts && *facts ? (*facts)->partitions : 0;
    for (std::int32_t number = 0; number < count; ++number) partitions.insert({topic, number});
  }
  return partitions;
}

void Coordinator::tell(const Seat& seat, std::function<void(log::GroupListener&)> what) {
  reporter_.tell([ear = seat.ear, what = std::move(what)] {
    const std::lock_guard lock{ear->mutex};
    if (ear->listener != nullptr) what(*ear->listener);
  });
}

}  // namespace ledger::memory
