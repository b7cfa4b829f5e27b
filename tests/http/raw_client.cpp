#include "raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "http/reading/text.hpp"

namespace ledger::http {
namespace {

constexpr std::chrono::milliseconds kPatience{10'000};

}  // namespace

std::string RawResponse::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (equal_ignoring_case(known, name)) return value;
  }
  return "";
}

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(socket_);
    throw std::runtime_error("no connection");
  }
}

RawClient::RawClient(RawClient&& other) noexcept : socket_(std::exchange(other.socket_, -1)), buffer_(std::move(other.buffer_)) {}

RawClient::~RawClient() { close(); }

void RawClient::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void RawClient::half_close() { ::shutdown(socket_, SHUT_WR); }

void RawClient::shrink_receive_buffer() {
  const int bytes = 4096;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawClient::more(std::chrono::milliseconds at_most) {
  pollfd wait{socket_, POLLIN, 0};
  if (::poll(&wait, 1, static_cast<int>(at_most.count())) <= 0) return false;
  std::array<char, 16384> bytes{};
  const ssize_t count = ::recv(socket_, bytes.data(), bytes.size(), 0);
  if (count <= 0) return false;
  buffer_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

bool RawClient::closed_within(std::chrono::milliseconds at_most) {
  const auto until = std::chrono::steady_clock::now() + at_most;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd wait{socket_, POLLIN, 0};
    if (::poll(&wait, 1, static_cast<int>(left.count())) <= 0) return false;
    char byte = 0;
    if (::recv(socket_, &byte, 1, 0) <= 0) return true;
  }
}

std::string RawClient::read_until(std::string_view end, std::chrono::milliseconds at_most) {
  const auto until = std::chrono::steady_clock::now() + at_most;
  while (buffer_.find(end) == std::string::npos) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0 || !more(left)) return std::exchange(buffer_, {});
  }
  const std::size_t length = buffer_.find(end) + end.size();
  std::string text = buffer_.substr(0, length);
  buffer_.erase(0, length);
  return text;
}

RawResponse RawClient::response(bool without_body) {
  RawResponse response;
  const std::string head = read_until("\r\n\r\n", kPatience);
  if (!head.ends_with("\r\n\r\n")) return response;
  response.status = std::stoi(head.substr(9, 3));
  for (std::size_t at = head.find("\r\n") + 2; at < head.size() - 2;) {
    const std::size_t end = head.find("\r\n", at);
    const std::size_t colon = head.find(':', at);
    response.headers.emplace_back(head.substr(at, colon - at), std::string(trimmed(std::string_view(head).substr(colon + 1, end - colon - 1))));
    at = end + 2;
  }
  if (without_body || response.status == 204 || response.status == 100) return response;
  const std::string length_text = response.header("Content-Length");
  const std::size_t length = length_text.empty() ? std::string::npos : std::stoul(length_text);
  while (buffer_.size() < length && more(kPatience)) continue;
  response.body = buffer_.substr(0, length);
  buffer_.erase(0, response.body.size());
  return response;
}

RawResponse RawClient::ask(std::string_view bytes) {
  if (!send(bytes)) return {};
  return response();
}

}  // namespace ledger::http
