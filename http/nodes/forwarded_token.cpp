#include "http/nodes/forwarded_token.hpp"

#include <array>

#include "http/reading/text.hpp"
#include "infra/crypto/digest.hpp"

namespace ledger::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::system_clock;

// None of the parts can hold a line break: all come from one line of a request, or are a digest at the end.
std::string scope_of_forwarding(const Request& request) {
  const auto body = crypto::sha256(request.raw_body);
  return "forwarded\n" + request.request_id + "\n" + request.method + "\n" + request.path + "\n" + request.raw_query + "\n" + std::string(crypto::as_text(body));
}

}  // namespace

Cursors forwarding_seals(std::string_view ledger_secret) {
  return Cursors(std::string(crypto::as_text(crypto::hmac_sha256(ledger_secret, "promptledger/forwarded/1"))));
}

std::string to_forwarded_token(const ForwardedToken& token, const Request& request, const Cursors& seals) {
  const auto until = std::chrono::duration_cast<milliseconds>(token.until.time_since_epoch()).count();
  return seals.make(scope_of_forwarding(request), token.from + "\n" + token.to + "\n" + std::to_string(until) + "\n" + token.made_key);
}

std::optional<ForwardedToken> parse_forwarded_token(std::string_view text, const Request& request, const Cursors& seals) {
  const auto payload = seals.read(scope_of_forwarding(request), text);
  if (!payload) return std::nullopt;
  const auto parts = lines_of<4>(*payload);
  const auto until = to_integer(parts[2]);
  if (!until) return std::nullopt;
  return ForwardedToken{std::string(parts[0]), std::string(parts[1]), system_clock::time_point(milliseconds(*until)), std::string(parts[3])};
}

}  // namespace ledger::http
