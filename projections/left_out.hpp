#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "projections/projection.hpp"

namespace ledger::projections {

// Events that an operator had skipped: they are in no model of the projection, neither live nor built anew. A stream whose first event is left out is
// left out whole, since there is nothing that the later ones could change.
class LeftOut {
 public:
  // `sequence` is the event's number in its stream; 0 when its envelope cannot be read.
  void add(const log::Position& position, const std::string& stream, std::uint64_t sequence);

  bool has(const Applied& applied) const;
  // How many events of its stream right before it are left out.
  std::uint64_t right_before(const Applied& applied) const;
  // It is left out, or follows one that is.
  bool concerns(const Applied& applied) const { return !positions_.empty() && (has(applied) || right_before(applied) > 0); }

 private:
  const std::set<std::uint64_t>* numbers_of(const Applied& applied) const;

  std::set<log::Position> positions_;
  std::map<std::pair<log::PartitionId, std::string>, std::set<std::uint64_t>> streams_;
};

}  // namespace ledger::projections
