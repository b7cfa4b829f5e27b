#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "http/reading/cursor.hpp"
#include "http/request.hpp"

namespace ledger::http {

// What one node tells another with a request that it forwards: the header Ledger-Forwarded. Sealed with a secret of the ledger's, so that
// only its nodes can make one, for this request and this node alone.
struct ForwardedToken {
  std::string from;                    // node names
  std::string to;
  std::chrono::system_clock::time_point until;   // longer than that nobody waits for the answer: it must not be decided any more
  std::string made_key;                // the command's, when its client sent none; else empty
};

// What the seals are made with, derived from the ledger's own secret.
Cursors forwarding_seals(std::string_view ledger_secret);

// The seal covers method, path, query, body and request id as well.
std::string to_forwarded_token(const ForwardedToken& token, const Request& request, const Cursors& seals);
// Nothing for what no node of the ledger has made for this very request.
std::optional<ForwardedToken> parse_forwarded_token(std::string_view text, const Request& request, const Cursors& seals);

}  // namespace ledger::http
