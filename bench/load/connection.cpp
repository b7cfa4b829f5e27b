#include "bench/load/connection.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace ledger::bench {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::system_error{errno, std::generic_category(), what}; }

int open_socket(const addrinfo& address, int flags) {
  const int socket = ::socket(address.ai_family, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
  if (socket < 0) fail("socket");
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

}  // namespace

Address::Address(const Target& target) {
  addrinfo wanted{};
  wanted.ai_socktype = SOCK_STREAM;
  const int fault = getaddrinfo(target.host.c_str(), std::to_string(target.port).c_str(), &wanted, &found_);
  if (fault != 0) throw std::runtime_error{"cannot find " + target.host + ": " + gai_strerror(fault)};
}

Address::~Address() { freeaddrinfo(found_); }

Connection::Connection(const Target& target, std::chrono::milliseconds timeout) {
  const Address address{target};
  socket_ = open_socket(address.info(), 0);
  const timeval limit{timeout.count() / 1000, timeout.count() % 1000 * 1000};
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);   // bounds connect() too
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  if (::connect(socket_, address.info().ai_addr, address.info().ai_addrlen) != 0) {
    const int why = errno;
    ::close(socket_);
    errno = why;
    fail("cannot connect to " + target.host + ":" + std::to_string(target.port));
  }
}

Connection Connection::begin(const Address& address) {
  Connection begun;
  begun.socket_ = open_socket(address.info(), SOCK_NONBLOCK);
  if (::connect(begun.socket_, address.info().ai_addr, address.info().ai_addrlen) != 0 && errno != EINPROGRESS) fail("cannot connect");
  return begun;
}

Connection::~Connection() {
  if (socket_ >= 0) ::close(socket_);
}

Connection::Connection(Connection&& other) noexcept : socket_{std::exchange(other.socket_, -1)} {}
Connection& Connection::operator=(Connection&& other) noexcept {
  std::swap(socket_, other.socket_);
  return *this;
}

void Connection::stop_waiting() {
  if (::fcntl(socket_, F_SETFL, O_NONBLOCK) != 0) fail("fcntl");
}

Answer Connection::call(std::string_view request) {
  while (!request.empty()) {
    const ssize_t sent = ::send(socket_, request.data(), request.size(), MSG_NOSIGNAL);
    if (sent < 0) fail("cannot send");
    request.remove_prefix(static_cast<std::size_t>(sent));
  }
  Answer answer;
  for (std::array<char, 16'384> buffer{};;) {
    const ssize_t got = ::recv(socket_, buffer.data(), buffer.size(), 0);
    if (got < 0) fail("no answer");
    if (got == 0) throw std::runtime_error{"the server hung up without an answer"};
    if (answer.take({buffer.data(), static_cast<std::size_t>(got)})) return answer;
  }
}

}  // namespace ledger::bench
