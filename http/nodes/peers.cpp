#include "http/nodes/peers.hpp"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/SocketAddress.h>
#include <Poco/Net/StreamSocket.h>

#include <algorithm>
#include <array>
#include <istream>

#include "http/reading/text.hpp"

namespace ledger::http {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kAnswerMaxBytes = std::size_t{64} << 20U;

Poco::Timespan timespan(milliseconds time) { return {time.count() / 1'000, time.count() % 1'000 * 1'000}; }

// Those that belong to the connection or that the frame writes itself are not passed on.
bool is_of_the_resource(std::string_view name) {
  constexpr std::array<std::string_view, 9> kOther{"Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Content-Type", "Date", "X-Request-Id", "Trailer", "Upgrade"};
  return std::ranges::none_of(kOther, [&](std::string_view other) { return equal_ignoring_case(name, other); });
}

// A body of known length or in chunks; false when it was cut short or is too large.
bool read_all(std::istream& in, const Poco::Net::HTTPResponse& head, std::string& body) {
  std::array<char, 16 * 1024> piece{};
  while (in.read(piece.data(), piece.size()) || in.gcount() > 0) {
    body.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (body.size() > kAnswerMaxBytes) return false;
  }
  return !in.bad() && (!head.hasContentLength() || body.size() == static_cast<std::size_t>(head.getContentLength64()));
}

}  // namespace

// One connection to a peer; its calls one after the other.
class Peers::Connection {
 public:
  // Throws Poco::Exception when there is none to be had.
  Connection(const std::string& address, milliseconds timeout) : host_(address), session_(connected(address, timeout)) { session_.setKeepAlive(true); }

  // A peer that has closed an idle connection, or sent what nobody asked for, shows it here before anything is sent.
  bool is_usable(milliseconds idle_max) {
    return Clock::now() - used_at_ < idle_max && session_.connected() && !session_.socket().poll(Poco::Timespan(0), Poco::Net::Socket::SELECT_READ);
  }

  Result<PeerAnswer, PeerFault> call(const PeerCall& call, milliseconds patience) {
    bool is_out = false;
    try {
      session_.setTimeout(timespan(patience), timespan(patience), timespan(patience));
      const auto until = Clock::now() + patience;
      send(call);
      is_out = true;
      session_.socket().setReceiveTimeout(timespan(std::max(milliseconds(1), std::chrono::ceil<milliseconds>(until - Clock::now()))));
      return receive();
    } catch (const std::exception&) {
      return tl::unexpected(is_out ? PeerFault::silent : PeerFault::unreachable);
    }
  }

  bool keeps() const { return keeps_; }

 private:
  static Poco::Net::StreamSocket connected(const std::string& address, milliseconds timeout) {
    Poco::Net::StreamSocket socket;
    socket.connect(Poco::Net::SocketAddress(address), timespan(timeout));
    socket.setNoDelay(true);
    return socket;
  }

  // Returns when the kernel has all of it.
  void send(const PeerCall& call) {
    Poco::Net::HTTPRequest request(call.method, call.target, Poco::Net::HTTPMessage::HTTP_1_1);
    request.setHost(host_);
    for (const auto& [name, value] : call.headers) request.set(name, value);
    request.setContentLength64(static_cast<Poco::Int64>(call.body.size()));
    std::ostream& out = session_.sendRequest(request);
    out.write(call.body.data(), static_cast<std::streamsize>(call.body.size()));
    out.flush();
    if (session_.networkException() != nullptr) session_.networkException()->rethrow();
    if (!out) throw Poco::IOException("the call could not be sent");
  }

  Result<PeerAnswer, PeerFault> receive() {
    Poco::Net::HTTPResponse head;
    std::istream& in = session_.receiveResponse(head);
    PeerAnswer answer{.status = head.getStatus(), .content_type = head.getContentType(), .headers = {}, .body = {}};
    for (const auto& [name, value] : head) {
      if (is_of_the_resource(name)) answer.headers.emplace_back(name, value);
    }
    if (!read_all(in, head, answer.body)) return tl::unexpected(PeerFault::silent);
    keeps_ = head.getKeepAlive();
    used_at_ = Clock::now();
    return answer;
  }

  const std::string host_;
  Poco::Net::HTTPClientSession session_;
  Clock::time_point used_at_ = Clock::now();
  bool keeps_ = false;
};

Peers::Peers(PeerSettings settings) : settings_(settings) {}
Peers::~Peers() = default;

Result<PeerAnswer, PeerFault> Peers::call(const std::string& address, const PeerCall& call, milliseconds patience) {
  if (!may_try(address)) return tl::unexpected(PeerFault::paused);
  auto connection = take_idle(address);
  if (!connection) connection = connect(address);
  auto answer = connection ? connection->call(call, patience) : Result<PeerAnswer, PeerFault>(tl::unexpected(PeerFault::unreachable));
  if (answer) succeeded(address, std::move(connection));
  else pause(address);
  return answer;
}

// Of those who come when a pause is over, one tries.
bool Peers::may_try(const std::string& address) {
  const std::lock_guard lock(mutex_);
  Line& line = lines_[address];
  const auto now = Clock::now();
  if (!line.failing) return true;
  if (now < line.retry_at) return false;
  line.retry_at = now + settings_.pause_ms;
  return true;
}

void Peers::pause(const std::string& address) {
  const std::lock_guard lock(mutex_);
  Line& line = lines_[address];
  line.failing = true;
  line.retry_at = Clock::now() + settings_.pause_ms;
  line.idle.clear();
}

std::unique_ptr<Peers::Connection> Peers::take_idle(const std::string& address) {
  const std::lock_guard lock(mutex_);
  auto& idle = lines_[address].idle;
  while (!idle.empty()) {
    auto connection = std::move(idle.back());
    idle.pop_back();
    if (connection->is_usable(settings_.idle_max_ms)) return connection;
  }
  return nullptr;
}

std::unique_ptr<Peers::Connection> Peers::connect(const std::string& address) const {
  try {
    return std::make_unique<Connection>(address, settings_.connect_timeout_ms);
  } catch (const std::exception&) {
    return nullptr;
  }
}

void Peers::succeeded(const std::string& address, std::unique_ptr<Connection> connection) {
  const std::lock_guard lock(mutex_);
  Line& line = lines_[address];
  line.failing = false;
  if (connection->keeps() && line.idle.size() < settings_.idle_connections_max) line.idle.push_back(std::move(connection));
}

}  // namespace ledger::http
