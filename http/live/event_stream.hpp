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
  // Waits for something to send, at most so long, and keeps the connection alive meanwhile. With every sign of life comes `place`, unless the client has
  // it: an id without an event, from where the client goes on when it comes back (HTML, "Server-sent events", 9.2.6: dispatching sets it even so).
  // False when the stream is over.
  bool wait(std::chrono::milliseconds at_most, std::string_view place);
  // The client is there, it keeps up, and the server is not stopping.
  bool open() const;

 private:
  bool write(std::string_view bytes);
  bool beat(std::string_view place);

  BodySink& sink_;
  std::chrono::milliseconds heartbeat_;
  std::chrono::steady_clock::time_point last_write_;
  std::string last_id_;
  bool gone_ = false;
};

// A reply whose events `run` writes, until it returns.
Reply event_stream(std::chrono::milliseconds heartbeat, std::function<void(EventStream&)> run);

}  // namespace ledger::http
