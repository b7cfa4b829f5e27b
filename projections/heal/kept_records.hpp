#pragma once

#include <cstdint>
#include <vector>

#include "infra/postgres/connection.hpp"
#include "log/link_reader.hpp"

namespace ledger::projections {

// A record as the history keeps it: what the log gave, byte for byte.
struct KeptRecord {
  log::Head head;  // of the record itself
  log::Record record;
};

// What the history knows of a record but its bytes: who it is, and where it stood in the log.
struct KeptPlace {
  std::uint64_t height = 0;
  log::Hash hash{};
  log::Offset offset = 0;
  std::int64_t append_time_ms = 0;

  bool operator==(const KeptPlace&) const = default;
};

// The history's rows of one partition. One thread. Throws pg::Fault, and std::runtime_error when a row is missing or
// damaged.
class KeptRecords {
 public:
  KeptRecords(pg::Connection& connection, log::PartitionId partition)
      : connection_{connection}, partition_{std::move(partition)} {}

  // From one height to another, both included; fewer when they are many or large, but one at least.
  std::vector<KeptRecord> records(std::uint64_t from, std::uint64_t to, std::size_t max_records, std::size_t max_bytes);
  // All of them, none missing.
  std::vector<KeptPlace> places(std::uint64_t from, std::uint64_t to);
  // Says of each record that it stands where the place says.
  void move(const std::vector<KeptPlace>& places);

 private:
  pg::Connection& connection_;
  const log::PartitionId partition_;
};

}  // namespace ledger::projections
