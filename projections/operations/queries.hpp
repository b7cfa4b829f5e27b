#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "domain/projection/projection.hpp"
#include "infra/postgres/pool.hpp"
#include "projections/difference.hpp"
#include "projections/projection.hpp"

namespace ledger::projections {

// A parked stream: the event that it waits behind, and how many wait.
struct ParkedStream {
  Applied front;
  std::string stream;
  std::string error;
  std::int64_t events = 0;      // with the front one
};

// How far a model that is built beside the live one has got, in records that count.
struct Building {
  std::uint64_t records = 0;
  std::uint64_t of = 0;         // where the live model stands
};

// Reads how projections are operated, from `operations` and from the tables that every model has. `name` is one of the projections': it becomes part of
// the statement. Thread-safe. Throws pg::Fault.
class OperationQueries {
 public:
  explicit OperationQueries(pg::Pool& pool) : pool_{pool} {}

  // Of all projections that something was ever asked of.
  std::map<std::string, projection::State> all();
  projection::State of(const std::string& name);

  // Behind the place, by topic, partition and height, at most `limit`. Empty when there is no such model.
  std::vector<ParkedStream> parked(const std::string& name, const std::optional<log::Position>& after, int limit);
  // The stream that waits behind this event; nothing when none does.
  std::optional<projection::Parked> parked_at(const std::string& name, const log::Position& place);

  // Nothing while none is built.
  std::optional<Building> building(const std::string& name);
  std::vector<RowDifference> differences(const std::string& name);

 private:
  pg::Pool& pool_;
};

}  // namespace ledger::projections
