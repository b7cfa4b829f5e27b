#pragma once

#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "http/problem.hpp"
#include "http/request.hpp"

namespace ledger::http {

// Makes and reads cursors: base64url(payload ‖ 16 bytes of HMAC), bound to the list that they continue. What is inside is the handler's
// business; nobody can make one up, or use one for another list or with other filters. Any thread.
class Cursors {
 public:
  explicit Cursors(std::string key);

  // `scope` says which list: see scope_of.
  std::string make(std::string_view scope, std::string_view payload) const;
  // The payload, or a 400 that names the cursor.
  Result<std::string, Problem> read(std::string_view scope, std::string_view cursor) const;

 private:
  std::string key_;
};

// The request's operation, workspace and path parameters, and all its query parameters but cursor and limit.
std::string scope_of(const Request& request);

}  // namespace ledger::http
