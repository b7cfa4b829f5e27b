#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>

#include "domain/result.hpp"
#include "http/problem.hpp"

namespace ledger::http {

// A request whose answer begins before its body has ended: both go on side by side. Nothing waits here but wait(), so that neither way can hold up
// the other: a client may send everything before it reads anything. Used by the one thread that answers the request.
class Exchange {
 public:
  virtual ~Exchange() = default;
  // What has come of the body: empty when that is nothing now, and at its end. Good until the next call. A problem: no more will come.
  virtual Result<std::string_view, Problem> read() = 0;
  virtual bool body_ended() const = 0;
  // Hands bytes to the client, as many as he takes now, and tells how many those were. Nothing: he is gone.
  virtual std::optional<std::size_t> write(std::string_view bytes) = 0;
  // The client has all that write() was given, as far as can be known here. False while some of it waits: write again, be it nothing.
  virtual bool written() const = 0;
  // True when the server is stopping: then come to an end.
  virtual bool stopping() const = 0;

  struct Until {
    bool body_goes_on = false;
    bool client_takes_more = false;
    bool server_stops = false;
    int readable = -1;                 // this descriptor is
  };
  // Sleeps until one of these is so, but no longer than `at_most`.
  virtual void wait(const Until& until, std::chrono::milliseconds at_most) = 0;
};

}  // namespace ledger::http
