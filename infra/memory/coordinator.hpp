#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "infra/memory/reporter.hpp"
#include "log/groups.hpp"

namespace ledger::memory {

// Where a member is told, until it has left. Shared by its membership and by what is still to be told.
struct Ear {
  std::mutex mutex;
  log::GroupListener* listener = nullptr;               // nothing: it has left
};

// Who has which partitions, in all groups. Thread-safe.
class Coordinator : public std::enable_shared_from_this<Coordinator> {
 public:
  using SeatId = std::uint64_t;

  explicit Coordinator(log::Log& log) : log_{log} {}

  // Who had a seat under the same name loses it.
  SeatId join(const log::GroupSettings& settings, std::shared_ptr<Ear> ear);
  void leave(SeatId id);
  tl::expected<std::vector<log::Member>, log::LogFault> members(const std::string& group) const;

  void expire(const std::string& group, const std::string& member);
  void wake(const std::string& group, const std::string& member);
  void wait_no_longer(const std::string& group, const std::string& member);
  void set_away(bool away);
  void settle() { reporter_.settle(); }

 private:
  using Partitions = std::set<log::PartitionId>;
  enum class Presence : std::uint8_t { waiting, present, silent };
  struct Seat {
    SeatId id = 0;
    log::GroupSettings settings;
    std::shared_ptr<Ear> ear;
    Presence presence = Presence::present;              // waiting: for the groups to be back
    Partitions told;                                    // what it believes it has
    Partitions asked_back;                              // of those it has
  };
  using Seats = std::list<Seat>;

  Seat& find(const std::string& group, const std::string& member);
  void release(SeatId id, const std::vector<log::PartitionId>& partitions);
  void lose(Seat& seat);
  bool takes_part(const Seat& seat, const std::string& group) const;
  void share(const std::string& group);
  Partitions partitions_of(const std::string& group) const;
  void tell(const Seat& seat, std::function<void(log::GroupListener&)> what);

  log::Log& log_;
  mutable std::mutex mutex_;
  Seats seats_;
  SeatId last_id_ = 0;
  bool away_ = false;
  Reporter reporter_;
};

}  // namespace ledger::memory
