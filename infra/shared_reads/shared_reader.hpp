#pragma once

#include <map>
#include <memory>
#include <vector>

#include "infra/shared_reads/trunk.hpp"
#include "log/log.hpp"

namespace ledger::shared_reads {

// Reads along with the others while it is where they are, and alone else.
class SharedReader final : public log::Reader {
 public:
  SharedReader(log::Log& log, std::shared_ptr<Trunk> trunk, const std::vector<log::ReadFrom>& from);
  ~SharedReader() override;
  SharedReader(const SharedReader&) = delete;
  SharedReader& operator=(const SharedReader&) = delete;

  log::Batch poll(std::chrono::milliseconds timeout, std::size_t max_records) override;

 private:
  void join_or_read_alone();
  std::vector<log::ReadFrom> places() const;

  log::Log& log_;
  const std::shared_ptr<Trunk> trunk_;
  std::map<log::PartitionId, log::Offset> next_;
  Trunk::Seat seat_;
  std::unique_ptr<log::Reader> alone_;                // nothing: along with the others
};

}  // namespace ledger::shared_reads
