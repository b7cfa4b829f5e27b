#include "http/server/server.hpp"

#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/TCPServer.h>
#include <Poco/Net/TCPServerConnection.h>
#include <Poco/Net/TCPServerConnectionFactory.h>
#include <Poco/ThreadPool.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>

#include "http/server/connection.hpp"
#include "http/server/connection_table.hpp"
#include "http/server/frame.hpp"
#include "http/server/turnstile.hpp"

namespace ledger::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr int kStackBytes = 512 * 1024;        // address space: only what is touched becomes memory
constexpr int kThreadIdleSeconds = 1;          // of POCO's dispatcher: bounds how late a thread can notice the stop
constexpr rlim_t kOtherFiles = 256;            // descriptors that are not ours to use up
constexpr int kBacklog = 4'096;                // connections that the kernel holds until they are accepted

// Running out of descriptors would make POCO's accept loop spin.
void require_descriptors(const ServerSettings& settings) {
  rlimit files{};
  ::getrlimit(RLIMIT_NOFILE, &files);
  const rlim_t needed = static_cast<rlim_t>(settings.max_connections) + static_cast<rlim_t>(Turnstile::kMaxLeaving) + kOtherFiles;
  if (files.rlim_cur < needed) {
    throw std::invalid_argument("max_connections " + std::to_string(settings.max_connections) + " needs " + std::to_string(needed) +
                                " file descriptors, and the limit (ulimit -n) is " + std::to_string(files.rlim_cur));
  }
}

ServerSettings checked(const ServerSettings& settings) {
  if (settings.max_connections < 1) throw std::invalid_argument("max_connections must be at least 1");
  if (settings.max_requests < 1) throw std::invalid_argument("max_requests must be at least 1");
  if (settings.max_event_streams < 0 || settings.max_event_streams > settings.max_connections / 2) {
    throw std::invalid_argument("max_event_streams may be at most half of max_connections: a stream keeps its thread");
  }
  require_descriptors(settings);
  return settings;
}

Poco::Net::ServerSocket listening(Poco::Net::ServerSocket socket) {
  try {
    socket.listen(kBacklog);
    return socket;
  } catch (const Poco::Exception& error) {
    throw std::runtime_error("cannot listen on " + socket.address().toString() + ": " + error.displayText());
  }
}

class PocoConnection final : public Poco::Net::TCPServerConnection {
 public:
  PocoConnection(const Poco::Net::StreamSocket& socket, ConnectionTable& table, const Frame& frame, Budget& bytes, const ServerSettings& settings)
      : TCPServerConnection(socket), table_(table), frame_(frame), bytes_(bytes), settings_(settings) {}

  void run() override {
    try {
      Connection(socket().impl()->sockfd(), socket().peerAddress().toString(), table_, frame_, bytes_, settings_).serve();
    } catch (const Poco::Exception&) {
      // The peer went away before its address could be asked for.
    } catch (const std::exception& error) {
      frame_.report_fault("", error.what());
    }
  }

 private:
  ConnectionTable& table_;
  const Frame& frame_;
  Budget& bytes_;
  const ServerSettings& settings_;
};

class Factory final : public Poco::Net::TCPServerConnectionFactory {
 public:
  Factory(ConnectionTable& table, const Frame& frame, Budget& bytes, const ServerSettings& settings)
      : table_(table), frame_(frame), bytes_(bytes), settings_(settings) {}

  Poco::Net::TCPServerConnection* createConnection(const Poco::Net::StreamSocket& socket) override {
    return new PocoConnection(socket, table_, frame_, bytes_, settings_);      // POCO deletes it
  }

 private:
  ConnectionTable& table_;
  const Frame& frame_;
  Budget& bytes_;
  const ServerSettings& settings_;
};

// Asked for every connection before it is queued.
class Doorkeeper final : public Poco::Net::TCPServerConnectionFilter {
 public:
  Doorkeeper(const Poco::Net::TCPServer& server, ConnectionTable& table, Turnstile& turnstile, const ServerSettings& settings)
      : server_(server), table_(table), turnstile_(turnstile), settings_(settings) {}

  bool accept(const Poco::Net::StreamSocket& socket) override {
    const int present = server_.currentConnections() + server_.queuedConnections();
    if (present < settings_.max_connections || table_.make_room()) return true;
    turnstile_.turn_away(socket);
    return false;
  }

 private:
  const Poco::Net::TCPServer& server_;
  ConnectionTable& table_;
  Turnstile& turnstile_;
  const ServerSettings& settings_;
};

Poco::Net::TCPServerParams::Ptr parameters(const ServerSettings& settings) {
  Poco::Net::TCPServerParams::Ptr parameters = new Poco::Net::TCPServerParams;
  parameters->setMaxThreads(settings.max_connections);
  parameters->setMaxQueued(settings.max_connections + 64);   // the doorkeeper refuses first, and POCO never
  parameters->setThreadIdleTime(Poco::Timespan(kThreadIdleSeconds, 0));
  return parameters;
}

}  // namespace

struct Server::Parts {
  Parts(const ServerSettings& given, Poco::Net::ServerSocket taken, std::span<const Route> routes, App& app, const KeyRing& keys, Hooks given_hooks)
      : settings(checked(given)), hooks(std::move(given_hooks)), places(static_cast<std::size_t>(settings.max_requests)), bytes(settings.max_held_bytes),
        table(settings.max_event_streams), frame(routes, app, keys, hooks, settings.request_deadline_ms, places), socket(listening(std::move(taken))),
        port(socket.address().port()),
        threads("http", 2, settings.max_connections + 2, 60, kStackBytes),
        server(new Factory(table, frame, bytes, settings), threads, socket, parameters(settings)) {
    server.setConnectionFilter(new Doorkeeper(server, table, turnstile, settings));
    server.start();
  }

  bool wait_until_empty(milliseconds at_most) const {
    const auto until = steady_clock::now() + at_most;
    while (server.currentConnections() > 0) {
      if (steady_clock::now() >= until) return false;
      std::this_thread::sleep_for(milliseconds(2));
    }
    return true;
  }

  // A client whose connection is closed while his request is on its way cannot know whether it was taken.
  void wait_until_none_is_awaited(milliseconds at_most) const {
    const auto until = steady_clock::now() + at_most;
    while ((table.awaited() > 0 || server.queuedConnections() > 0) && steady_clock::now() < until) std::this_thread::sleep_for(milliseconds(2));
  }

  const ServerSettings settings;
  const Hooks hooks;
  Budget places;
  Budget bytes;
  ConnectionTable table;
  const Frame frame;
  Poco::Net::ServerSocket socket;
  const std::uint16_t port;
  Poco::ThreadPool threads;
  Turnstile turnstile;
  Poco::Net::TCPServer server;
  std::atomic<bool> stopped = false;
};

Server::Server(ServerSettings settings, std::span<const Route> routes, App& app, const KeyRing& keys, Hooks hooks)
    : Server(settings, TakenPort(settings.address, settings.port), routes, app, keys, std::move(hooks)) {}

Server::Server(ServerSettings settings, TakenPort port, std::span<const Route> routes, App& app, const KeyRing& keys, Hooks hooks)
    : parts_(std::make_unique<Parts>(settings, *port.socket_, routes, app, keys, std::move(hooks))) {}

Server::~Server() { stop(); }

std::uint16_t Server::port() const { return parts_->port; }

ServerLoad Server::load() const {
  const Parts& parts = *parts_;
  // POCO's queue holds its own notices to idle threads once it has stopped.
  const int queued = parts.stopped ? 0 : parts.server.queuedConnections();
  return {.connections = parts.server.currentConnections() + queued, .idle = parts.table.idle(),
          .event_streams = parts.table.streams(), .evicted = parts.table.evicted(), .timed_out = parts.table.timed_out(),
          .requests = static_cast<int>(parts.places.taken()), .held_bytes = parts.bytes.taken(), .refused_requests = parts.places.refused(),
          .refused_bytes = parts.bytes.refused(), .turned_away = parts.turnstile.turned_away()};
}

void Server::stop() {
  if (parts_->stopped.exchange(true)) return;
  parts_->table.wind_down();                   // answers say Connection: close
  parts_->wait_until_none_is_awaited(parts_->settings.stop_grace_ms);
  parts_->table.stop();                        // connections that idle close, streams end
  parts_->server.stop();                       // no more are accepted, and those without a thread are dropped
  parts_->socket.close();
  if (!parts_->wait_until_empty(parts_->settings.stop_timeout_ms)) parts_->table.cut_all();
  // A handler that still runs has its own deadline; its answer goes nowhere.
  parts_->threads.joinAll();
}

}  // namespace ledger::http
