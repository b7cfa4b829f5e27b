#pragma once

#include <chrono>
#include <string>

#include "log/record.hpp"

namespace ledger {

// Whom the writers of this process tell how they stand to those of other processes, and ask where commands may go instead (Outbox says
// what each means). From any loop's thread; must not block.
class Neighbours {
 public:
  virtual ~Neighbours() = default;
  virtual void took_over(const log::PartitionId& partition, const std::string& from, std::chrono::microseconds length) = 0;
  virtual void released(const log::PartitionId& partition, std::chrono::microseconds length) = 0;
  virtual void check_assignment() = 0;
  virtual bool yield_to(const log::PartitionId& partition, const std::string& writer) = 0;
  virtual void head_written_by(const log::PartitionId& partition, const std::string& writer) = 0;
};

}  // namespace ledger
