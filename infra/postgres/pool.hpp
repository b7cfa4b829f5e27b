#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "infra/postgres/connection.hpp"

namespace ledger::pg {

struct PoolSettings {
  ConnectionSettings connection;
  std::size_t size = 8;                            // sessions at most, made when they are needed
  std::chrono::milliseconds lease_wait_ms{1'000};  // then Fault{unavailable}
};

struct PoolStatus {
  std::size_t open = 0, leased = 0, waiting = 0;
};

// A bounded set of sessions, shared by any number of threads. Must outlive its leases. A session that broke is closed,
// not given again.
class Pool {
 public:
  explicit Pool(PoolSettings settings);

  class Lease {
   public:
    Lease(Pool& pool, std::unique_ptr<Connection> connection) : pool_{&pool}, connection_{std::move(connection)} {}
    ~Lease() {
      if (connection_) pool_->give_back(std::move(connection_));
    }
    Lease(Lease&&) noexcept = default;
    Lease& operator=(Lease&&) = delete;
    Connection& operator*() const { return *connection_; }
    Connection* operator->() const { return connection_.get(); }

   private:
    Pool* pool_;
    std::unique_ptr<Connection> connection_;
  };
  // Waits for one to come back, at most that long; without a time as long as the settings say.
  Lease lease(std::optional<std::chrono::milliseconds> wait = std::nullopt);

  // Runs something that only reads, once more on a new session when the first turns out to be gone: after a restart of
  // the server all idle sessions are.
  template <class Read>
  auto read(Read read) {
    try {
      const Lease first = lease();
      return read(*first);
    } catch (const Fault& fault) {
      if (fault.code != Code::reconnect) throw;
    }
    drop_idle();
    const Lease second = lease();
    return read(*second);
  }
  // The same with a bound on each wait, for a session, and for the server's answers.
  template <class Read>
  auto read(std::chrono::milliseconds timeout, Read read) {
    const auto bounded = [&](const Lease& lease) {
      const Connection::Patience patience{*lease, timeout};
      return read(*lease);
    };
    try {
      const Lease first = lease(timeout);
      return bounded(first);
    } catch (const Fault& fault) {
      if (fault.code != Code::reconnect) throw;
    }
    drop_idle();
    const Lease second = lease(timeout);
    return bounded(second);
  }

  PoolStatus status() const;

 private:
  void give_back(std::unique_ptr<Connection> connection);
  void drop_idle();

  const PoolSettings settings_;
  mutable std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  std::size_t leased_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace ledger::pg
