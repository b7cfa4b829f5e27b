#include "http/server/turnstile.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "http/problem.hpp"
#include "http/server/trace.hpp"
#include "http/wire/response.hpp"

namespace ledger::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kTime{1'000};
constexpr milliseconds kLookEvery{20};

std::string answer() {
  const std::string id = request_id_of(std::nullopt);
  const Problem full = problem(Code::overloaded, "The server has as many connections as it can take. Try again in a moment.");
  const std::string body = to_json(full, id);
  wire::ResponseHead head(kind_of(full.code).status);
  head.set("X-Request-Id", id);
  head.set("Content-Type", "application/problem+json");
  head.set("Retry-After", "1");
  head.set("Connection", "close");
  head.set("Content-Length", std::to_string(body.size()));
  return std::move(head).text() + body;
}

// A little at a time: the accepting thread may be waiting for us. True when the other side is done, or broke.
bool read_away(int socket) {
  std::array<char, 16'384> buffer;
  const ssize_t got = ::recv(socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
  return got == 0 || (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR);
}

}  // namespace

Turnstile::Turnstile() : thread_([this](const std::stop_token& stop) { see_off(stop); }) {}

Turnstile::~Turnstile() = default;

void Turnstile::turn_away(const Poco::Net::StreamSocket& socket) {
  ++turned_away_;
  const std::lock_guard lock(mutex_);
  if (leaving_.size() >= kMaxLeaving) return;
  const std::string text = answer();
  const int descriptor = socket.impl()->sockfd();
  // A new socket's buffer takes it whole.
  if (::send(descriptor, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) return;
  ::shutdown(descriptor, SHUT_WR);
  leaving_.push_back({socket, steady_clock::now() + kTime});
  some_.notify_one();
}

void Turnstile::see_off(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (some_.wait(lock, stop, [this] { return !leaving_.empty(); })) {
    const auto now = steady_clock::now();
    std::erase_if(leaving_, [&](const Leaving& one) { return read_away(one.socket.impl()->sockfd()) || now >= one.until; });
    some_.wait_for(lock, stop, kLookEvery, [] { return false; });
  }
}

}  // namespace ledger::http
