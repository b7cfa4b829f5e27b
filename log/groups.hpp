#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "log/log.hpp"
#include "log/record.hpp"

// The port to a log's groups: processes that share the partitions of some topics among them, each partition with at most one at a time.
// It is about speed, never about correctness (protocol step 21): who was replaced may not know it yet. Adapters as for log.hpp, one contract
// suite for both.
namespace ledger::log {

struct GroupSettings {
  std::string group;                   // `<prefix>.writers`
  std::vector<std::string> topics;     // whose partitions are shared
  std::string member;                  // its name in the group, fixed over restarts: who comes back in time under the same name gets what it had
  std::string about;                   // whatever the others should know of it, one line: its address, say. They see it in members()
  std::chrono::milliseconds session_timeout_ms{10'000};   // who is silent for longer loses what it had
};

// What happens to a member's partitions. Called from a thread of the adapter, one call at a time; must not block or throw.
class GroupListener {
 public:
  virtual ~GroupListener() = default;
  // These are now its own, besides those that it has.
  virtual void assigned(const std::vector<PartitionId>& partitions) = 0;
  // These shall be another's. They stay its own until `released` is called (any thread, once), at most a bound of the adapter's.
  virtual void revoked(const std::vector<PartitionId>& partitions, std::function<void()> released) = 0;
  // These are another's already: it was silent for too long.
  virtual void lost(const std::vector<PartitionId>& partitions) = 0;
};

// Somebody's place in a group. Destroyed: leaves it, in a bounded time; the listener is not called any more.
class Membership {
 public:
  virtual ~Membership() = default;
};

// A member as the group's coordinator knows it.
struct Member {
  std::string member;
  std::string about;
  std::vector<PartitionId> partitions;
};

class Groups {
 public:
  virtual ~Groups() = default;

  // Returns at once; what it gets comes to the listener, which must outlive the membership. A log that is away is tried again for ever.
  virtual std::unique_ptr<Membership> join(const GroupSettings& settings, GroupListener& listener) = 0;
  // Who is in a group, and what each has. Empty when there is no such group. Blocks at most `timeout`.
  virtual tl::expected<std::vector<Member>, LogFault> members(const std::string& group, std::chrono::milliseconds timeout) = 0;
};

}  // namespace ledger::log
