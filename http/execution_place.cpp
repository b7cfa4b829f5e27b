#include "http/execution_place.hpp"

#include <nlohmann/json.hpp>

#include <chrono>

#include "commands/command_side.hpp"
#include "commands/execution/propose.hpp"
#include "infra/crypto/digest.hpp"
#include "infra/crypto/uuid.hpp"

namespace ledger::http {
namespace {

constexpr int kFreshIds = 64;   // so many partitions are tried to find one of this node's

log::PartitionId partition_of(const App& app, const std::string& id) { return app.commands->partition_of(LogTopic::executions, execution::partition_key(id)); }

std::optional<std::string> fresh_id_decided_here(const App& app) {
  for (int n = 0; n < kFreshIds; ++n) {
    std::string id = app.new_id();
    if (!app.commands->elsewhere(partition_of(app, id))) return id;
  }
  return std::nullopt;
}

std::optional<std::string> id_of_key(const Request& request, const App& app) {
  const auto key = request.idempotency_key();
  if (!key || !*key) return std::nullopt;
  const std::string named = "execution id\n" + request.principal.workspace + "\n" + **key;
  return crypto::uuid_of(crypto::hmac_sha256(app.key_secret, named));
}

std::optional<std::string> given_id(const Request& request) {
  if (!request.json || !request.json->is_object()) return std::nullopt;
  const auto found = request.json->find("id");
  if (found == request.json->end() || !found->is_string() || !crypto::is_uuid(found->get_ref<const std::string&>())) return std::nullopt;
  return found->get<std::string>();
}

CommandPlace place_of(const App& app, const std::string& id) { return {partition_of(app, id), execution::partition_key(id)}; }

}  // namespace

std::string execution_id_for(const Request& request, const App& app, const std::optional<std::string>& given) {
  if (given) return *given;
  if (auto id = id_of_key(request, app)) return *std::move(id);
  if (auto id = fresh_id_decided_here(app)) return *std::move(id);
  return app.new_id();
}

std::optional<CommandPlace> place_of_new_execution(const Request& request, const App& app) {
  if (const auto id = given_id(request)) return place_of(app, *id);
  if (const auto id = id_of_key(request, app)) return place_of(app, *id);
  if (fresh_id_decided_here(app)) return std::nullopt;
  return place_of(app, app.new_id());   // whoever has that partition finds an id for it
}

std::optional<CommandPlace> place_of_execution(const Request& request, const App& app) {
  const auto id = request.id("id");
  return id ? std::optional{place_of(app, *id)} : std::nullopt;
}

Timestamp now() { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

}  // namespace ledger::http
