#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "infra/postgres/connection.hpp"
#include "projections/projection.hpp"

namespace ledger::projections {

struct ParkedCount {
  std::int64_t streams = 0, events = 0;
};

// The parked streams of the model that the connection's search_path names (design rule 9). An event that cannot be
// applied parks its stream; what comes later in that stream queues behind it, in order, until a retry applies them all.
class Parking {
 public:
  explicit Parking(pg::Connection& connection) : connection_{connection} {}

  // Reads which streams are parked now. Within the transaction that moved the checkpoints, so that nobody changes it
  // meanwhile.
  void load();
  bool empty() const { return streams_.empty(); }
  bool holds(const Applied& applied) const;

  void park(const Applied& applied, const std::string& error);  // the event that failed
  void queue(const Applied& applied);                           // one behind it

  ParkedCount count();

  struct Stream {
    log::PartitionId partition;
    std::string name;
  };
  std::vector<Stream> streams();
  std::vector<Applied> events(const Stream& stream);  // oldest first
  // An event left the front of its queue: it has been applied.
  void drop(const Applied& applied);
  void release(const Stream& stream);                                                  // nothing of it waits any more
  void blame(const Stream& stream, const Applied& applied, const std::string& error);  // this one fails now

 private:
  void keep(const Applied& applied, const std::string& stream);

  pg::Connection& connection_;
  std::set<std::pair<log::PartitionId, std::string>> streams_;
};

}  // namespace ledger::projections
