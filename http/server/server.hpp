#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "http/auth.hpp"
#include "http/route.hpp"
#include "http/server/observer.hpp"
#include "http/server/taken_port.hpp"

namespace ledger::http {

struct ServerSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 5110;           // 0: any that is free
  int max_connections = 512;           // each has a thread; beyond, the one that has idled longest is closed for the next, or the next is turned away
  int max_event_streams = 128;         // at most half of max_connections
  int max_requests = 256;              // being answered at a time; more are refused at once, which takes a connection that is left
  std::size_t max_held_bytes = 256U << 20U;   // of large bodies and answers, all requests together
  std::size_t max_head_bytes = 32 * 1024;
  std::size_t max_body_bytes = 4 * 1024 * 1024;
  std::chrono::milliseconds keep_alive_ms{10'000};        // between two requests
  std::chrono::milliseconds receive_timeout_ms{10'000};   // for a head; for a body, plus its bytes at 64 KiB/s
  std::chrono::milliseconds send_timeout_ms{10'000};      // for an answer, plus its bytes at 64 KiB/s; for an event of a stream
  std::chrono::milliseconds request_deadline_ms{30'000};  // what handlers are given
  std::chrono::milliseconds stop_grace_ms{500};           // for idle connections to send a request more and be told that it was the last
  std::chrono::milliseconds stop_timeout_ms{5'000};       // for requests that run when the server stops
};

// What it is doing now.
struct ServerLoad {
  int connections = 0;                 // with a thread, or waiting for one
  int idle = 0;                        // between two requests
  int event_streams = 0;
  std::uint64_t evicted = 0;           // idle ones closed to make room
  std::uint64_t timed_out = 0;         // clients that were too slow
  int requests = 0;                    // being answered
  std::size_t held_bytes = 0;
  std::uint64_t refused_requests = 0;  // for want of a place
  std::uint64_t refused_bytes = 0;     // times that a body or an answer was too much
  std::uint64_t turned_away = 0;       // connections
};

// The HTTP server: answers the routes' calls until it is stopped. Everything given must outlive it.
class Server {
 public:
  // Throws std::invalid_argument for settings that contradict each other, std::runtime_error when the address cannot be had.
  Server(ServerSettings settings, std::span<const Route> routes, App& app, const KeyRing& keys, Hooks hooks);
  // The same at a port that was taken before; address and port of the settings are not looked at.
  Server(ServerSettings settings, TakenPort port, std::span<const Route> routes, App& app, const KeyRing& keys, Hooks hooks);
  ~Server();                           // stops

  std::uint16_t port() const;
  ServerLoad load() const;

  // Ends each connection with its next answer, for which the idle ones are waited for (stop_grace_ms); takes no more connections, closes those
  // that still idle, tells streams to end, waits for running requests (stop_timeout_ms), cuts off those that are left, and returns when no
  // thread is in it any more. Once.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ledger::http
