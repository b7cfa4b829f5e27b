#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/principal.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"

namespace ledger::http {

struct App;

// Runs on any of the server's threads. What it throws becomes a 500 and a line in the log.
using Handler = Outcome (*)(const Request& request, App& app);

enum class Body : std::uint8_t {
  none,                                // what the client sends is drained and not looked at
  json,                                // application/json, else 415; not JSON: 400
  optional_json,                       // the same, or no body at all
  lines,                               // application/x-ndjson, else 415: the reply's exchange reads it as it comes
};

// What becomes of a request when the server is answering as many as it can take.
enum class WhenFull : std::uint8_t {
  refused,
  answered,                            // who watches the server must be able to see it full
};

// One row of the table: a call that the server answers. There is no row without a role.
struct Route {
  std::string_view method;
  std::string_view path;               // /api/v1/prompts/{id}: a segment in braces takes any one segment
  Role role;
  Handler handler;
  std::string_view operation_id;       // as in schemas/openapi.yaml; names the route in metrics and in the access log
  Body body = Body::none;
  WhenFull when_full = WhenFull::refused;
};

// All rows (routes.cpp: the only place where paths are written).
std::span<const Route> all_routes();
// Of them those of a process that serves nothing but its own state: health and metrics.
std::span<const Route> operation_routes();

// Finds the row for a path: a trie of segments, exact ones first. Built once; any thread.
class Router {
 public:
  // Throws std::logic_error for two rows of the same method and shape, and for a row without handler.
  explicit Router(std::span<const Route> routes);
  ~Router();

  struct Match {
    const Route* route = nullptr;      // null: see `allowed`
    std::vector<std::pair<std::string, std::string>> parameters;
    std::vector<std::string_view> allowed;  // methods that the path has, when it has one at all
    bool undecodable = false;          // a segment holds a broken escape
  };
  // Segments are decoded after the path is split, so that %2F stays inside its segment. HEAD finds the row of GET.
  Match find(std::string_view method, std::string_view path) const;

 private:
  struct Node;
  std::unique_ptr<Node> root_;
};

}  // namespace ledger::http
