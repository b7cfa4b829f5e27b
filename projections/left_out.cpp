#include "projections/left_out.hpp"

namespace ledger::projections {

void LeftOut::add(const log::Position& position, const std::string& stream, std::uint64_t sequence) {
  positions_.insert(position);
  if (sequence > 0) streams_[{position.partition, stream}].insert(sequence);
}

bool LeftOut::has(const Applied& applied) const {
  if (positions_.contains(applied.position)) return true;
  const auto* numbers = numbers_of(applied);
  return numbers && numbers->contains(1);
}

std::uint64_t LeftOut::right_before(const Applied& applied) const {
  const auto* numbers = numbers_of(applied);
  if (!numbers) return 0;
  std::uint64_t many = 0;
  while (numbers->contains(applied.event->sequence - many - 1)) ++many;
  return many;
}

const std::set<std::uint64_t>* LeftOut::numbers_of(const Applied& applied) const {
  if (!applied.event || streams_.empty()) return nullptr;
  const auto found = streams_.find({applied.position.partition, applied.event->stream.text()});
  return found == streams_.end() ? nullptr : &found->second;
}

}  // namespace ledger::projections
