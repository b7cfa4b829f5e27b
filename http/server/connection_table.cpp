#include "http/server/connection_table.hpp"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace ledger::http {
namespace {

// Who asks one thing after the other is not sent away for one who has not asked yet, nor is a connection before its first request had time to come.
constexpr std::chrono::milliseconds kBetweenRequests{50};
constexpr std::chrono::milliseconds kBeforeTheFirst{1'000};

}  // namespace

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
}

bool ConnectionTable::Stay::may_keep() {
  const std::lock_guard lock(table_.mutex_);
  if (table_.winding_down_) return false;
  if (!kept_) ++table_.kept_;
  return kept_ = true;
}

void ConnectionTable::Stay::begin_idle() {
  const std::lock_guard lock(table_.mutex_);
  forget_kept();
  idle_ = table_.next_turn_++;
  auto& waiting = fresh_ ? table_.fresh_ : table_.idle_;
  waiting.emplace(*idle_, Idle{socket_, std::chrono::steady_clock::now()});
}

void ConnectionTable::Stay::end_idle() {
  const std::lock_guard lock(table_.mutex_);
  forget_kept();
  if (!idle_) return;
  (fresh_ ? table_.fresh_ : table_.idle_).erase(*idle_);   // unless make_room has done it
  idle_.reset();
  fresh_ = false;
}

void ConnectionTable::Stay::forget_kept() {
  if (kept_) --table_.kept_;
  kept_ = false;
}

bool ConnectionTable::Stay::take_stream() {
  if (!streams_ && ++table_.streams_ > table_.max_streams_) {
    --table_.streams_;
    return false;
  }
  streams_ = true;
  return true;
}

bool ConnectionTable::make_room() {
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  for (const auto& [waiting, moment] : {std::pair{&idle_, kBetweenRequests}, std::pair{&fresh_, kBeforeTheFirst}}) {
    if (waiting->empty() || now - waiting->begin()->second.since < moment) continue;
    // Only the reading half: a request that has come this very moment is still answered.
    ::shutdown(waiting->begin()->second.socket, SHUT_RD);
    waiting->erase(waiting->begin());
    ++evicted_;
    return true;
  }
  return false;
}

void ConnectionTable::wind_down() {
  const std::lock_guard lock(mutex_);
  winding_down_ = true;
}

int ConnectionTable::awaited() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(idle_.size() + fresh_.size()) + kept_;
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
  return static_cast<int>(idle_.size() + fresh_.size());
}

}  // namespace ledger::http
