#include "http/changes/execution_place.hpp"

#include <chrono>

#include "domain/execution/state.hpp"
#include "http/changes/new_stream.hpp"
#include "http/reading/json_reader.hpp"
#include "infra/crypto/uuid.hpp"

namespace ledger::http {
namespace {

constexpr SpreadKind kExecutions{LogTopic::executions, execution::kStreamKind};

std::optional<std::string> given_id(const Request& request) {
  if (!request.json || !request.json->value.is_object()) return std::nullopt;
  const auto found = request.json->value.find("id");
  if (found == request.json->value.end() || !found->is_string() || !crypto::is_uuid(found->get_ref<const std::string&>())) return std::nullopt;
  return found->get<std::string>();
}

}  // namespace

std::string execution_id_for(const Request& request, const App& app, const std::optional<std::string>& given) {
  return given ? *given : new_stream_id(kExecutions, request, app);
}

std::string execution_id_for_line(const Request& request, const App& app, const std::optional<std::string>& key, std::uint64_t line) {
  return key ? id_of_key(kExecutions, request, app, *key + "\n" + std::to_string(line)) : fresh_id(kExecutions, app);
}

std::optional<CommandPlace> place_of_new_execution(const Request& request, const App& app) {
  if (const auto id = given_id(request)) return place_of_stream(kExecutions, *id, app);
  return place_of_new_stream(kExecutions, request, app);
}

std::optional<CommandPlace> place_of_execution(const Request& request, const App& app) {
  const auto id = request.id("id");
  return id ? std::optional{place_of_stream(kExecutions, *id, app)} : std::nullopt;
}

Timestamp now() { return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()); }

}  // namespace ledger::http
