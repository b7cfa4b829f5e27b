#include "http/reading/cursor.hpp"

#include <algorithm>

#include "infra/crypto/digest.hpp"
#include "infra/crypto/encoding.hpp"

namespace ledger::http {
namespace {

constexpr std::size_t kMacBytes = 16;

// The scope's digest has a fixed length, so that scope and payload cannot run into each other.
std::string mac_of(std::string_view key, std::string_view scope, std::string_view payload) {
  const crypto::Sha256 digest = crypto::sha256(scope);
  const crypto::Sha256 mac = crypto::hmac_sha256(key, std::string(crypto::as_text(digest)).append(payload));
  return std::string(crypto::as_text(mac).substr(0, kMacBytes));
}

}  // namespace

Cursors::Cursors(std::string key) : key_(std::move(key)) {}

std::string Cursors::make(std::string_view scope, std::string_view payload) const {
  return crypto::to_base64url(std::string(payload) + mac_of(key_, scope, payload));
}

Result<std::string, Problem> Cursors::read(std::string_view scope, std::string_view cursor) const {
  auto bytes = crypto::from_base64url(cursor);
  if (bytes && bytes->size() >= kMacBytes) {
    const std::string mac = bytes->substr(bytes->size() - kMacBytes);
    bytes->resize(bytes->size() - kMacBytes);
    if (crypto::equal_in_constant_time(mac, mac_of(key_, scope, *bytes))) return *std::move(bytes);
  }
  Problem result = problem(Code::malformed_cursor,
                           "The cursor is not one that this list gave out for these filters. Take next_cursor as it is, and keep the filters.");
  result.errors.push_back({"?cursor", "does not belong to this list and these filters"});
  return tl::unexpected(std::move(result));
}

std::string scope_of(const Request& request) {
  auto pairs = request.query;
  std::erase_if(pairs, [](const auto& pair) { return pair.first == "cursor" || pair.first == "limit"; });
  std::ranges::stable_sort(pairs, {}, [](const auto& pair) { return pair.first; });
  pairs.insert(pairs.begin(), request.parameters.begin(), request.parameters.end());
  // NUL ends each part: none can hold one, it is refused at the door.
  std::string scope = request.route + '\0' + request.principal.workspace + '\0';
  for (const auto& [name, value] : pairs) scope += name + '\0' + value + '\0';
  return scope;
}

}  // namespace ledger::http
