#pragma once

#include <string>
#include <vector>

#include "infra/postgres/pool.hpp"
#include "infra/sealing/keys_to_rewrap.hpp"
#include "infra/sealing/subject_keys.hpp"

namespace ledger::projections {

// Subjects' keys in PostgreSQL, in the table of schemas/sql/002_subject_keys.sql, which is no read model: the projection `subjects` takes erased
// ones out of it. Thread-safe. Throws pg::Fault.
class SubjectKeyTable final : public sealing::SubjectKeys, public sealing::KeysToRewrap {
 public:
  explicit SubjectKeyTable(pg::Pool& pool) : pool_{pool} {}

  std::optional<sealing::WrappedKey> of_subject(const std::string& workspace, const std::string& subject) override;
  std::vector<sealing::WrappedKey> find(const std::vector<std::string>& ids) override;
  sealing::WrappedKey keep(const sealing::WrappedKey& key) override;
  std::vector<std::string> masters(std::chrono::milliseconds timeout) override;

  std::vector<sealing::WrappedKey> under_others(const std::string& master, const std::string& after, std::size_t most) override;
  void put(const sealing::WrappedKey& key, const std::string& before) override;

 private:
  pg::Pool& pool_;
};

// Within the caller's transaction; those that are not there are gone already.
void delete_subject_keys(pg::Connection& connection, const std::vector<std::string>& ids);

}  // namespace ledger::projections
