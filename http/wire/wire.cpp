#include "http/wire/wire.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace ledger::http::wire {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kSlowestBytesPerSecond = 64 * 1024;
constexpr std::size_t kReceiveBytes = 16 * 1024;
constexpr std::size_t kMaxPieces = 4;

// Waits for one event on a socket, and for the other descriptor to become readable, if there is one. Returns both descriptors' events, zeros
// at the end of the time.
std::pair<short, short> wait_for(int socket, short events, int other, milliseconds at_most) {
  const auto until = steady_clock::now() + at_most;
  std::array<pollfd, 2> waits{pollfd{socket, events, 0}, pollfd{other, POLLIN, 0}};
  for (milliseconds left = at_most;;) {
    const int ready = ::poll(waits.data(), other >= 0 ? 2 : 1, static_cast<int>(left.count()));
    if (ready > 0) return {waits[0].revents, waits[1].revents};
    if (ready == 0 || errno != EINTR) return {0, 0};
    left = std::max(milliseconds(0), std::chrono::ceil<milliseconds>(until - steady_clock::now()));
  }
}

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

Pace::Pace(milliseconds grace, Credit credit)
    : grace_(grace), until_(steady_clock::now() + grace), stalled_at_(until_), credit_(credit) {}

void Pace::moved(std::size_t bytes) {
  if (credit_ == Credit::none) return;
  stalled_at_ = steady_clock::now() + grace_;
  until_ += std::chrono::microseconds(bytes * 1'000'000 / kSlowestBytesPerSecond);
}

milliseconds Pace::left() const {
  const auto left = std::chrono::ceil<milliseconds>(std::min(until_, stalled_at_) - steady_clock::now());
  return std::max(milliseconds(0), left);
}

Result<std::size_t, Cut> Wire::fill_now() {
  if (begin_ == buffer_.size()) {
    buffer_.clear();
    begin_ = 0;
  }
  const std::size_t kept = buffer_.size();
  for (;;) {
    buffer_.resize(kept + kReceiveBytes);
    const ssize_t count = ::recv(socket_, buffer_.data() + kept, kReceiveBytes, MSG_DONTWAIT);
    const int error = errno;
    buffer_.resize(kept + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count > 0) return static_cast<std::size_t>(count);
    if (count < 0 && would_block(error)) return std::size_t{0};
    if (count == 0 || error != EINTR) return tl::unexpected(Cut::closed);
  }
}

Result<void, Cut> Wire::fill(Pace& pace) {
  for (;;) {
    const auto came = fill_now();
    if (!came) return tl::unexpected(came.error());
    if (*came > 0) {
      pace.moved(*came);
      return {};
    }
    const milliseconds left = pace.left();
    if (left.count() == 0 || wait_for(socket_, POLLIN, -1, left).first == 0) return tl::unexpected(Cut::timeout);
  }
}

Result<void, Cut> Wire::await_request(milliseconds at_most) {
  if (has_buffered()) return {};
  const auto [input, stop] = wait_for(socket_, POLLIN, stop_signal_, at_most);
  if (input != 0) return {};           // a request that has come is answered, also while stopping
  return tl::unexpected(stop != 0 ? Cut::stopping : Cut::timeout);
}

Result<std::string, Cut> Wire::read_head(std::size_t max_bytes, milliseconds at_most) {
  Pace pace(at_most, Pace::Credit::none);
  std::size_t searched = begin_;
  for (;;) {
    // Empty lines before a request are what some clients leave behind a body.
    while (buffer_.size() - begin_ >= 2 && buffer_.compare(begin_, 2, "\r\n") == 0) begin_ += 2;
    searched = std::max(searched, begin_);
    const std::size_t end = buffer_.find("\r\n\r\n", searched);
    if (end != std::string::npos && end + 4 - begin_ <= max_bytes) {
      std::string head = buffer_.substr(begin_, end + 4 - begin_);
      begin_ = end + 4;
      return head;
    }
    if (end != std::string::npos || buffer_.size() - begin_ > max_bytes) return tl::unexpected(Cut::too_large);
    const std::size_t held = buffer_.size() - begin_;
    searched = buffer_.size() - std::min<std::size_t>(held, 3);
    if (auto ok = fill(pace); !ok) return tl::unexpected(held == 0 ? Cut::closed : ok.error());
    if (held == 0) searched = begin_;
  }
}

Result<std::string_view, Cut> Wire::read_some(std::size_t max_bytes, Pace& pace) {
  if (!has_buffered()) {
    if (auto ok = fill(pace); !ok) return tl::unexpected(ok.error());
  }
  const std::string_view some = std::string_view(buffer_).substr(begin_, max_bytes);
  begin_ += some.size();
  return some;
}

Result<std::string_view, Cut> Wire::read_now(std::size_t max_bytes) {
  if (!has_buffered()) {
    if (const auto came = fill_now(); !came) return tl::unexpected(came.error());
  }
  const std::string_view some = std::string_view(buffer_).substr(begin_, max_bytes);
  begin_ += some.size();
  return some;
}

Result<std::size_t, Cut> Wire::send_now(std::string_view bytes) {
  for (;;) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent);
    if (would_block(errno)) return std::size_t{0};
    if (errno != EINTR) return tl::unexpected(Cut::closed);
  }
}

void Wire::wait_for_any(const Awaited& awaited, milliseconds at_most) {
  if (awaited.to_read && has_buffered()) return;
  const short events = static_cast<short>((awaited.to_read ? POLLIN : 0) | (awaited.to_send ? POLLOUT : 0));
  // A descriptor below nought is passed over: a connection that broke must not wake whoever waits for something else.
  std::array<pollfd, 3> waits{pollfd{events == 0 ? -1 : socket_, events, 0}, pollfd{awaited.wake, POLLIN, 0}, pollfd{awaited.to_stop ? stop_signal_ : -1, POLLIN, 0}};
  ::poll(waits.data(), waits.size(), static_cast<int>(at_most.count()));
}

Result<void, Cut> Wire::send(std::initializer_list<std::string_view> pieces, Pace& pace) {
  std::array<iovec, kMaxPieces> parts{};
  std::size_t count = 0;
  for (const std::string_view piece : pieces) parts[count++] = {const_cast<char*>(piece.data()), piece.size()};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  for (;;) {
    while (message.msg_iovlen > 0 && message.msg_iov->iov_len == 0) {
      ++message.msg_iov;
      --message.msg_iovlen;
    }
    if (message.msg_iovlen == 0) return {};
    const ssize_t sent = ::sendmsg(socket_, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent < 0) {
      if (errno == EINTR) continue;
      if (!would_block(errno)) return tl::unexpected(Cut::closed);
      const milliseconds left = pace.left();
      if (left.count() == 0 || wait_for(socket_, POLLOUT, -1, left).first == 0) return tl::unexpected(Cut::timeout);
      continue;
    }
    pace.moved(static_cast<std::size_t>(sent));
    auto rest = static_cast<std::size_t>(sent);
    for (iovec* part = message.msg_iov; rest > 0; ++part) {
      const std::size_t taken = std::min(rest, part->iov_len);
      part->iov_base = static_cast<char*>(part->iov_base) + taken;
      part->iov_len -= taken;
      rest -= taken;
    }
  }
}

bool Wire::wait(milliseconds at_most) { return wait_for(socket_, POLLRDHUP, stop_signal_, at_most).first != 0; }

bool Wire::stopping() const { return wait_for(stop_signal_, POLLIN, -1, milliseconds(0)).first != 0; }

bool Wire::is_closed() const { return wait_for(socket_, POLLRDHUP, -1, milliseconds(0)).first != 0; }

void Wire::linger(milliseconds at_most, std::size_t max_bytes) {
  ::shutdown(socket_, SHUT_WR);
  Pace pace(at_most, Pace::Credit::none);
  for (std::size_t read = 0; read < max_bytes && pace.left().count() > 0;) {
    begin_ = buffer_.size();
    if (!fill(pace)) return;
    read += buffer_.size();
  }
}

}  // namespace ledger::http::wire
