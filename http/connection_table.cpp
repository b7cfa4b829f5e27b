#include "http/connection_table.hpp"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace ledger::http {

ConnectionTable::ConnectionTable(int max_streams) : max_streams_(max_streams), stop_signal_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (stop_signal_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

ConnectionTable::~ConnectionTable() { ::close(stop_signal_); }

ConnectionTable::Stay::Stay(ConnectionTable& table, int socket) : table_(table), socket_(socket) {
  const std::lock_guard lock(table_.mutex_);
  table_.sockets_.insert(socket_);
}

ConnectionTable::Stay::~Stay() {
  end_idle();
  if (streams_) --table_.streams_;
  const std::lock_guard lock(table_.mutex_);
  table_.sockets_.erase(socket_);
  if (table_.owed_ > 0) --table_.owed_;        // this is the room that was asked for
}

bool ConnectionTable::Stay::begin_idle() {
  const std::lock_guard lock(table_.mutex_);
  if (table_.owed_ > 0 && !fresh_) {
    ++table_.evicted_;
    return false;
  }
  fresh_ = false;
  idle_ = table_.next_turn_++;
  table_.idle_.emplace(*idle_, socket_);
  return true;
}

void ConnectionTable::Stay::end_idle() {
  const std::lock_guard lock(table_.mutex_);
  if (idle_) table_.idle_.erase(*idle_);       // unless make_room has done it
  idle_.reset();
}

bool ConnectionTable::Stay::take_stream() {
  if (!streams_ && ++table_.streams_ > table_.max_streams_) {
    --table_.streams_;
    return false;
  }
  streams_ = true;
  return true;
}

void ConnectionTable::make_room() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) {
    ++owed_;
    return;
  }
  // Only the reading half: a request that has come this very moment is still answered.
  ::shutdown(idle_.begin()->second, SHUT_RD);
  idle_.erase(idle_.begin());
  ++evicted_;
}

bool ConnectionTable::crowded() const {
  const std::lock_guard lock(mutex_);
  return owed_ > 0;
}

void ConnectionTable::stop() {
  const std::uint64_t one = 1;
  // Cannot fail: the counter is far from its end.
  (void)!::write(stop_signal_, &one, sizeof one);
}

void ConnectionTable::cut_all() {
  const std::lock_guard lock(mutex_);
  for (const int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
}

int ConnectionTable::idle() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(idle_.size());
}

}  // namespace ledger::http
