#pragma once

#include <algorithm>
#include <list>
#include <mutex>
#include <string>
#include <vector>

#include "log/groups.hpp"

namespace ledger::stage {

// A group that does what the test says: nothing is assigned by itself. Thread-safe.
class ScriptedGroups final : public log::Groups {
 public:
  std::unique_ptr<log::Membership> join(const log::GroupSettings& settings, log::GroupListener& listener) override {
    const std::lock_guard lock(mutex_);
    joined_.push_back({settings, &listener, {}});
    return std::make_unique<Place>(*this, settings.member);
  }
  tl::expected<std::vector<log::Member>, log::LogFault> members(const std::string& group, std::chrono::milliseconds) override {
    const std::lock_guard lock(mutex_);
    ++asked_;
    if (away_) return tl::unexpected(log::LogFault{"no coordinator"});
    std::vector<log::Member> members;
    for (const auto& joined : joined_) {
      if (joined.settings.group == group) members.push_back({joined.settings.member, joined.settings.about, joined.has});
    }
    return members;
  }

  void assign(const std::string& member, const std::vector<log::PartitionId>& partitions) {
    auto& joined = known(member);
    joined.listener->assigned(partitions);
    const std::lock_guard lock(mutex_);
    joined.has = partitions;
  }
  void revoke(const std::string& member, const std::vector<log::PartitionId>& partitions, std::function<void()> released) {
    forget(member);
    known(member).listener->revoked(partitions, std::move(released));
  }
  // Its session ended, and it was told.
  void lose(const std::string& member, const std::vector<log::PartitionId>& partitions) {
    forget(member);
    known(member).listener->lost(partitions);
  }
  // Its session ended, and it does not know yet.
  void forget(const std::string& member) {
    const std::lock_guard lock(mutex_);
    known_locked(member).has.clear();
  }
  // What members() says of it, whatever it was told itself.
  void say(const std::string& member, const std::vector<log::PartitionId>& partitions) {
    const std::lock_guard lock(mutex_);
    known_locked(member).has = partitions;
  }
  void go_away(bool away) {
    const std::lock_guard lock(mutex_);
    away_ = away;
  }
  std::size_t asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }
  std::vector<log::GroupSettings> joined() const {
    const std::lock_guard lock(mutex_);
    std::vector<log::GroupSettings> all;
    for (const auto& each : joined_) all.push_back(each.settings);
    return all;
  }

 private:
  struct Joined {
    log::GroupSettings settings;
    log::GroupListener* listener = nullptr;
    std::vector<log::PartitionId> has;
  };
  class Place final : public log::Membership {
   public:
    Place(ScriptedGroups& groups, std::string member) : groups_(groups), member_(std::move(member)) {}
    ~Place() override {
      const std::lock_guard lock(groups_.mutex_);
      std::erase_if(groups_.joined_, [&](const Joined& joined) { return joined.settings.member == member_; });
    }

   private:
    ScriptedGroups& groups_;
    std::string member_;
  };

  Joined& known(const std::string& member) {
    const std::lock_guard lock(mutex_);
    return known_locked(member);
  }
  Joined& known_locked(const std::string& member) {
    return *std::find_if(joined_.begin(), joined_.end(), [&](const Joined& joined) { return joined.settings.member == member; });
  }

  mutable std::mutex mutex_;
  std::list<Joined> joined_;
  bool away_ = false;
  std::size_t asked_ = 0;
};

}  // namespace ledger::stage
