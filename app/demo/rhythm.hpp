#pragma once

#include <cstdint>
#include <vector>

#include "domain/time.hpp"

namespace ledger::demo {

// When people work: more by day than by night, less at weekends, and more from month to month.
class Rhythm {
 public:
  Rhythm(Timestamp from, int days);

  // The moment at which this share of all work (0 to 1) is done: rises with it.
  Timestamp moment(double share) const;

 private:
  Timestamp from_;
  std::vector<double> done_;           // by the end of each hour, of 1
};

}  // namespace ledger::demo
