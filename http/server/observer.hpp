#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace ledger::http {

// One line of the access log: a request that was answered. It never holds a header, a query or a body, because secrets are in those.
struct AccessEntry {
  std::string request_id;
  std::string method;
  std::string path;                    // without the query
  std::string route;                   // the operation id; empty when there was none
  int status = 0;
  double seconds = 0;
  std::uint64_t bytes_in = 0;          // of bodies
  std::uint64_t bytes_out = 0;
  std::string actor;
  std::string workspace;
  std::string client;                  // address and port
  std::string problem;                 // the slug; empty for a success
};

// Told about requests on the threads that answered them; must be quick and must not throw.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_request(std::string_view route, std::string_view method, int status, double seconds, std::uint64_t bytes_out) = 0;
};

// Where the server reports to. Each may be absent.
struct Hooks {
  Observer* observer = nullptr;
  std::function<void(const AccessEntry&)> access_log;
  // What went wrong inside: for the operator, with the request's id.
  std::function<void(std::string_view request_id, std::string_view what)> fault_log;
};

}  // namespace ledger::http
