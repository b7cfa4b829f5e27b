#pragma once

#include <chrono>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "http/auth.hpp"
#include "http/route.hpp"
#include "http/server/budget.hpp"
#include "http/server/observer.hpp"
#include "http/wire/head.hpp"

namespace ledger::http {

// What came of a request: a reply that can be sent, and the line for the access log but for what only the sending tells.
struct Answer {
  Reply reply;
  std::string request_id;
  AccessEntry entry;
};

// The body, for whoever gets as far as reading it.
struct BodySource {
  bool present = false;
  std::function<Result<std::string, Problem>()> read_all;
  std::function<bool()> is_abandoned;          // the client has closed its side
};

// Everything that happens around a handler, once for all routes: request id, route, key and role, query, body, what a handler throws, and problem
// details. Any thread. Knows nothing of sockets.
class Frame {
 public:
  // `places`: one for each request that is being answered. Who finds none is refused before his key is looked up or his body is read, unless the
  // route is answered also when the server is full.
  Frame(std::span<const Route> routes, App& app, const KeyRing& keys, const Hooks& hooks, std::chrono::milliseconds request_deadline, Budget& places);

  Answer answer(const wire::Head& head, const BodySource& body) const;
  // For what is no request at all.
  Answer refuse(const Problem& problem) const;
  // The same answer again, replaced by a problem: when it turns out that it cannot be sent as it is.
  void replace(Answer& answer, const Problem& problem) const;
  // Reports an answer that was sent.
  void report(const AccessEntry& entry) const;
  void report_fault(std::string_view request_id, std::string_view what) const;

 private:
  Outcome respond(const wire::Head& head, const BodySource& body, Request& request) const;
  Result<const Route*, Outcome> find_route(const wire::Head& head, Request& request) const;
  Result<void, Problem> admit(const Route& route, Request& request) const;
  Result<void, Problem> read_body(const Route& route, const BodySource& body, Request& request) const;

  Router router_;
  App& app_;
  const KeyRing& keys_;
  const Hooks& hooks_;
  std::chrono::milliseconds request_deadline_;
  Budget& places_;
};

}  // namespace ledger::http
