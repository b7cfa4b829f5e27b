#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace ledger::bench {

// The baseline: POCO's HTTP server with a handler that does nothing but answer one fixed body. Serves on a free port of 127.0.0.1 while it
// lives.
class BareHandler {
 public:
  BareHandler(std::string body, int max_connections);
  ~BareHandler();
  BareHandler(const BareHandler&) = delete;
  BareHandler& operator=(const BareHandler&) = delete;

  std::uint16_t port() const;

 private:
  struct Serving;
  std::unique_ptr<Serving> serving_;
};

}  // namespace ledger::bench
