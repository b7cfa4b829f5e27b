#pragma once

#include <memory>
#include <string>
#include <vector>

#include "log/groups.hpp"

namespace ledger::memory {

class Coordinator;

// Groups in memory, for tests: who joins and leaves is settled at once, in an order that depends on the names alone, and told from a thread
// of its own. A revocation waits for its release and for nothing else: there is no clock here. Thread-safe; a membership may outlive the
// object that made it, but not the log. A membership must not be destroyed from within its listener.
class MemoryGroups final : public log::Groups {
 public:
  // The log says how many partitions a topic has. A topic that is not there when somebody joins has none.
  explicit MemoryGroups(log::Log& log);
  ~MemoryGroups() override;

  std::unique_ptr<log::Membership> join(const log::GroupSettings& settings, log::GroupListener& listener) override;
  tl::expected<std::vector<log::Member>, log::LogFault> members(const std::string& group, std::chrono::milliseconds timeout) override;

  // --- To order. Each of these has told everything when it returns; an unknown member throws std::out_of_range. ---

  // The member fell silent: the others get what it had, and it does not know.
  void expire(const std::string& group, const std::string& member);
  // It is back, hears that all it had is lost, and joins again.
  void wake(const std::string& group, const std::string& member);
  // Gives away what a member was asked to release and has not, as when the bound on waiting is over.
  void wait_no_longer(const std::string& group, const std::string& member);
  // Nobody answers: who joins waits until the groups are back, and members() fails.
  void go_away();
  void come_back();
  // Returns when everything that is due has been told.
  void settle();

 private:
  const std::shared_ptr<Coordinator> coordinator_;      // shared with the memberships
};

}  // namespace ledger::memory
