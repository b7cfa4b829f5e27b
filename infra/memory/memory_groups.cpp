#include "infra/memory/memory_groups.hpp"

#include <utility>

#include "infra/memory/coordinator.hpp"

namespace ledger::memory {

namespace {

class MemoryMembership final : public log::Membership {
 public:
  MemoryMembership(std::shared_ptr<Coordinator> coordinator, const log::GroupSettings& settings, log::GroupListener& listener)
      : coordinator_{std::move(coordinator)}, ear_{std::make_shared<Ear>()} {
    ear_->listener = &listener;
    seat_ = coordinator_->join(settings, ear_);
  }
  ~MemoryMembership() override {
    {
      const std::lock_guard lock{ear_->mutex};
      ear_->listener = nullptr;
    }
    coordinator_->leave(seat_);
  }

 private:
  const std::shared_ptr<Coordinator> coordinator_;
  const std::shared_ptr<Ear> ear_;
  Coordinator::SeatId seat_ = 0;
};

}  // namespace

MemoryGroups::MemoryGroups(log::Log& log) : coordinator_{std::make_shared<Coordinator>(log)} {}

MemoryGroups::~MemoryGroups() = default;

std::unique_ptr<log::Membership> MemoryGroups::join(const log::GroupSettings& settings, log::GroupListener& listener) {
  return std::make_unique<MemoryMembership>(coordinator_, settings, listener);
}

tl::expected<std::vector<log::Member>, log::LogFault> MemoryGroups::members(const std::string& group, std::chrono::milliseconds) {
  return coordinator_->members(group);
}

void MemoryGroups::expire(const std::string& group, const std::string& member) {
  coordinator_->expire(group, member);
  settle();
}

void MemoryGroups::wake(const std::string& group, const std::string& member) {
  coordinator_->wake(group, member);
  settle();
}

void MemoryGroups::wait_no_longer(const std::string& group, const std::string& member) {
  coordinator_->wait_no_longer(group, member);
  settle();
}

void MemoryGroups::go_away() { coordinator_->set_away(true); }

void MemoryGroups::come_back() {
  coordinator_->set_away(false);
  settle();
}

void MemoryGroups::settle() { coordinator_->settle(); }

}  // namespace ledger::memory
