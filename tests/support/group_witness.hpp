#pragma once

#include <chrono>
#include <functional>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include "log/groups.hpp"
#include "tests/support/log_probe.hpp"

// How tests watch what the member of a group is told.
namespace ledger::probe {

using Partitions = std::set<log::PartitionId>;

// Keeps what a member is told. Gives back at once what is asked for, or holds it until told to.
class Witness final : public log::GroupListener {
 public:
  enum class Gives : std::uint8_t { at_once, when_told };
  explicit Witness(Gives gives = Gives::at_once) : gives_{gives} {}

  void assigned(const std::vector<log::PartitionId>& partitions) override;
  void revoked(const std::vector<log::PartitionId>& partitions, std::function<void()> released) override;
  void lost(const std::vector<log::PartitionId>& partitions) override;

  // What it has by what it was told; what it was asked to give back counts until it has.
  Partitions has() const;
  std::size_t times_assigned() const;
  std::size_t times_revoked() const;
  std::size_t times_lost() const;
  // Gives back what it was asked for and has held.
  void give_back();
  // Nothing was assigned twice or taken that it did not have.
  bool consistent() const;

 private:
  const Gives gives_;
  mutable std::mutex mutex_;
  Partitions has_;
  std::vector<std::pair<std::vector<log::PartitionId>, std::function<void()>>> held_;
  std::size_t assigned_ = 0, revoked_ = 0, lost_ = 0;
  bool consistent_ = true;
};

// True as soon as the condition holds, false when patience ends.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds patience = kPatience);

// Every partition is with exactly one of them.
bool shared_out(const std::vector<const Witness*>& witnesses, const Partitions& all);

}  // namespace ledger::probe
