#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "http/auth.hpp"
#include "http/observer.hpp"
#include "http/route.hpp"
#include "http/taken_port.hpp"

namespace ledger::http {

struct ServerSettings {
  std::string address = "127.0.0.1";
  std::uint16_t port = 5110;           // 0: any that is free
  int max_connections = 512;           // each has a thread; beyond, the one that has idled longest is closed
  int max_waiting = 4096;              // connections accepted that wait for a thread, and those the kernel holds
  int max_event_streams = 128;         // at most half of max_connections
  std::size_t max_head_bytes = 32 * 1024;
  std::size_t max_body_bytes = 4 * 1024 * 1024;
  std::chrono::milliseconds keep_alive_ms{10'000};        // between two requests
  std::chrono::milliseconds receive_timeout_ms{10'000};   // for a head; for a body, plus its bytes at 64 KiB/s
  std::chrono::milliseconds send_timeout_ms{10'000};      // for an answer, plus its bytes at 64 KiB/s; for an event of a stream
  std::chrono::milliseconds request_deadline_ms{30'000};  // what handlers are given
  std::chrono::milliseconds stop_timeout_ms{5'000};       // for requests that run when the server stops
};

// What it is doing now.
struct ServerLoad {
  int connections = 0;                 // with a thread, or waiting for one
  int idle = 0;                        // between two requests
  int event_streams = 0;
  std::uint64_t evicted = 0;           // idle ones closed to make room
  std::uint64_t timed_out = 0;         // clients that were too slow
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

  // Takes no more connections, closes the idle ones, tells streams to end, waits for running requests (stop_timeout_ms), cuts off those
  // that are left, and returns when no thread is in it any more. Once.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace ledger::http
