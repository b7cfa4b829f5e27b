#pragma once

#include <optional>
#include <string>

#include "domain/subject/subject.hpp"
#include "infra/postgres/pool.hpp"

namespace ledger::projections {

// Reads what was erased. Thread-safe. Throws pg::Fault.
class SubjectQueries {
 public:
  explicit SubjectQueries(pg::Pool& pool) : pool_{pool} {}

  // Nothing when nothing was ever erased for it.
  std::optional<subject::State> by_id(const std::string& workspace, const std::string& id);

 private:
  pg::Pool& pool_;
};

}  // namespace ledger::projections
