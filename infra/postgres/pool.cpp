#include "infra/postgres/pool.hpp"

namespace ledger::pg {

Pool::Pool(PoolSettings settings) : settings_{std::move(settings)} {}

Pool::Lease Pool::lease(std::optional<std::chrono::milliseconds> wait) {
  std::unique_lock lock{mutex_};
  ++waiting_;
  const bool room =
      returned_.wait_for(lock, wait.value_or(settings_.lease_wait_ms), [this] { return leased_ < settings_.size; });
  --waiting_;
  if (!room) throw Fault{Code::unavailable, "", "all connections to PostgreSQL are in use"};
  ++leased_;
  if (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return Lease{*this, std::move(connection)};
  }
  lock.unlock();  // connecting takes milliseconds: the others need not wait for it
  try {
    return Lease{*this, std::make_unique<Connection>(settings_.connection)};
  } catch (...) {
    lock.lock();
    --leased_;
    returned_.notify_one();
    throw;
  }
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  // A session left within a transaction would hand its locks and its snapshot to the next user.
  const bool good = connection->usable() && !connection->in_transaction();
  const std::lock_guard lock{mutex_};
  --leased_;
  if (good) idle_.push_back(std::move(connection));
  returned_.notify_one();
}

void Pool::drop_idle() {
  std::vector<std::unique_ptr<Connection>> dropped;
  const std::lock_guard lock{mutex_};
  dropped.swap(idle_);
}

PoolStatus Pool::status() const {
  const std::lock_guard lock{mutex_};
  return {idle_.size() + leased_, leased_, waiting_};
}

}  // namespace ledger::pg
