#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "log/forwarding_log.hpp"

namespace ledger::shared_reads {

class Trunk;

struct SharedReadsSettings {
  std::size_t window_bytes = std::size_t{4} << 20;   // of each partition: who is further behind the others reads for himself
};

// A log in front of a log, whose readers share one reading as far as they are at the same place. Thread-safe. The log behind must outlive it and
// its readers.
class SharedReads final : public log::ForwardingLog {
 public:
  explicit SharedReads(log::Log& behind, SharedReadsSettings settings = {});

  std::unique_ptr<log::Reader> read(const std::vector<log::ReadFrom>& from) override;

 private:
  const std::shared_ptr<Trunk> trunk_;                // shared with the readers
};

}  // namespace ledger::shared_reads
