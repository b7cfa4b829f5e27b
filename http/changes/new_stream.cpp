#include "http/changes/new_stream.hpp"

#include "commands/command_side.hpp"
#include "infra/crypto/digest.hpp"
#include "infra/crypto/uuid.hpp"

namespace ledger::http {
namespace {

constexpr int kFreshIds = 64;   // so many partitions are tried to find one of this node's

std::optional<std::string> fresh_id_decided_here(const SpreadKind& spread, const App& app) {
  for (int n = 0; n < kFreshIds; ++n) {
    std::string id = app.new_id();
    if (!app.commands->elsewhere(place_of_stream(spread, id, app).partition)) return id;
  }
  return std::nullopt;
}

std::optional<std::string> id_of_given_key(const SpreadKind& spread, const Request& request, const App& app) {
  const auto key = request.idempotency_key();
  if (!key || !*key) return std::nullopt;
  return id_of_key(spread, request, app, **key);
}

}  // namespace

std::string new_stream_id(const SpreadKind& spread, const Request& request, const App& app) {
  if (auto id = id_of_given_key(spread, request, app)) return *std::move(id);
  return fresh_id(spread, app);
}

std::string id_of_key(const SpreadKind& spread, const Request& request, const App& app, std::string_view key) {
  const std::string named = std::string(spread.kind) + " id\n" + request.principal.workspace + "\n" + std::string(key);
  return crypto::uuid_of(crypto::hmac_sha256(app.key_secret, named));
}

std::string fresh_id(const SpreadKind& spread, const App& app) {
  if (auto id = fresh_id_decided_here(spread, app)) return *std::move(id);
  return app.new_id();
}

std::optional<CommandPlace> place_of_new_stream(const SpreadKind& spread, const Request& request, const App& app) {
  if (const auto id = id_of_given_key(spread, request, app)) return place_of_stream(spread, *id, app);
  if (fresh_id_decided_here(spread, app)) return std::nullopt;
  return place_of_stream(spread, app.new_id(), app);   // whoever has that partition finds an id for it
}

CommandPlace place_of_stream(const SpreadKind& spread, const std::string& id, const App& app) {
  const std::string key = StreamId{std::string(spread.kind), id}.text();
  return {app.commands->partition_of(spread.topic, key), key};
}

}  // namespace ledger::http
