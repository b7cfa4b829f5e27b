#include "fake_peer.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace ledger::http {
namespace {

// Head and body, by its Content-Length; what the connection ends with when it ends early.
std::string read_request(int socket) {
  std::string text;
  std::array<char, 4096> piece{};
  for (;;) {
    if (const auto end = text.find("\r\n\r\n"); end != std::string::npos) {
      const auto length = text.find("Content-Length: ");
      if (text.size() >= end + 4 + (length == std::string::npos ? 0 : std::stoul(text.substr(length + 16)))) return text;
    }
    const ssize_t count = ::recv(socket, piece.data(), piece.size(), 0);
    if (count <= 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace

FakePeer::FakePeer(Answer answer) : answer_(std::move(answer)), socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (::bind(socket_, any, size) != 0 || ::listen(socket_, 16) != 0 || ::getsockname(socket_, any, &size) != 0) throw std::runtime_error("no port");
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this](const std::stop_token& stop) { serve(stop); });
}

FakePeer::~FakePeer() {
  thread_ = {};
  ::close(socket_);
}

std::size_t FakePeer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_.size();
}

void FakePeer::serve(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    pollfd wait{socket_, POLLIN, 0};
    if (::poll(&wait, 1, 20) <= 0) continue;
    const int client = ::accept(socket_, nullptr, nullptr);
    auto request = read_request(client);
    const auto bytes = answer_(request);
    (void)!::write(client, bytes.data(), bytes.size());
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(std::move(request));
    }
    ::close(client);
  }
}

std::string problem_answer(int status, const std::string& body) {
  return "HTTP/1.1 " + std::to_string(status) + " Some\r\nContent-Type: application/problem+json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nRetry-After: 7\r\nConnection: close\r\n\r\n" + body;
}

}  // namespace ledger::http
