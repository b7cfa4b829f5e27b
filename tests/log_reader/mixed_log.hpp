#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "log/link_reader.hpp"

namespace ledger::log_reader {

// Makes one partition's records as an unlucky log may hold them: linked ones, duplicates, stale and orphaned ones, foreign ones, and some
// that were changed in any byte. The same seed makes the same records. Nothing is claimed of what counts: that is for two readers to agree on.
class MixedLog {
 public:
  MixedLog(log::PartitionId partition, std::int32_t partition_count, std::uint32_t seed);

  std::vector<log::Record> make(std::size_t count);

 private:
  log::Record next();
  log::Record genesis();
  log::Record event(const log::Head& head);
  log::Record changed(log::Record record);
  log::Record foreign();
  log::Head anywhere();
  std::size_t below(std::size_t bound);
  bool one_in(std::size_t n) { return below(n) == 0; }

  const log::PartitionId partition_;
  const std::int32_t partition_count_;
  std::mt19937 random_;
  log::LinkReader reader_;               // to know the head that a good writer would know
  bool halted_ = false;
  std::vector<log::Record> made_;
  std::vector<log::Head> linked_to_;     // what records claimed to be, whether they counted or not
};

}  // namespace ledger::log_reader
