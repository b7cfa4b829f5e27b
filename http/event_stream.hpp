#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

#include "http/reply.hpp"

namespace ledger::http {

// Writes server-sent events. Used by the one thread that answers the request.
class EventStream {
 public:
  EventStream(BodySink& sink, std::chrono::milliseconds heartbeat);

  // One event; `id` and `event` may be empty, and hold no line breaks; `data` may. False when the stream is over: return.
  bool send(std::string_view id, std::string_view event, std::string_view data);
  // Waits for something to send, at most so long, and keeps the connection alive meanwhile. False when the stream is over.
  bool wait(std::chrono::milliseconds at_most);
  // The client is there, it keeps up, and the server is not stopping.
  bool open() const;

 private:
  bool write(std::string_view bytes);

  BodySink& sink_;
  std::chrono::milliseconds heartbeat_;
  std::chrono::steady_clock::time_point last_write_;
  bool gone_ = false;
};

// A reply whose events `run` writes, until it returns.
Reply event_stream(std::chrono::milliseconds heartbeat, std::function<void(EventStream&)> run);

}  // namespace ledger::http
