#pragma once

#include <string>

#include "domain/recorded_event.hpp"

namespace ledger::sealing {

// Where a personal text belongs: it opens there and nowhere else.
struct Place {
  std::string workspace;
  StreamId stream;
  std::string field;                   // as the API names it: `output`
};

}  // namespace ledger::sealing
