#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

#include "http/auth.hpp"
#include "infra/postgres/connection.hpp"
#include "projections/access/queries.hpp"

namespace ledger::app {

// Whose a key is, from the access read model, remembered until that model changes: PostgreSQL tells (LISTEN), in whichever process the
// projection runs. While PostgreSQL is away, keys that are remembered go on; forget() must then be called for every event of a key that
// counts, so that a revocation holds at once. Thread-safe.
class AccessKeyRing final : public http::KeyRing {
 public:
  // The connection is one more than the pool's, for listening alone.
  AccessKeyRing(pg::Pool& pool, pg::ConnectionSettings listening);
  ~AccessKeyRing() override;

  std::optional<http::Principal> find(const crypto::Sha256& of_secret) const override;
  // For who has just seen a key or the model change.
  void forget();

 private:
  void listen(const std::stop_token& stop);

  mutable projections::AccessQueries queries_;
  const pg::ConnectionSettings listening_;
  mutable std::mutex mutex_;
  mutable std::unordered_map<std::string, std::optional<http::Principal>> known_;   // by digest
  mutable std::uint64_t generation_ = 0;                                            // counts what was forgotten
  std::atomic<bool> is_told_{false};
  std::jthread thread_;
};

}  // namespace ledger::app
