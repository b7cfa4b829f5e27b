#include <algorithm>

#include "commands/access/commands.hpp"
#include "commands/field_checks.hpp"

namespace {

constexpr std::size_t kNameCharacters = 255;
constexpr std::size_t kPublicIdCharacters = 64;
constexpr std::size_t kSha256Digits = 64;

bool is_lower_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

}  // namespace

namespace ledger::workspace {

Decision<Event> decide(const State& state, const CreateWorkspace& command, const CreateContext& context) {
  if (state.exists())
    return tl::unexpected(Rejection{Code::already_exists, "there is a workspace with this id already", {}});
  FieldChecks checks;
  checks.text("name", command.name, 1, kNameCharacters);
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  if (context.holder) {
    return tl::unexpected(
        Rejection{Code::name_taken, "the name \"" + command.name + "\" is held by workspace " + *context.holder, {}});
  }
  return Event{Created{command.name}};
}

}  // namespace ledger::workspace

namespace ledger::api_key {

Decision<Event> decide(const State& state, const CreateApiKey& command, const CreateContext& context) {
  if (state.exists()) return tl::unexpected(Rejection{Code::already_exists, "there is a key with this id already", {}});
  FieldChecks checks;
  checks.text("public_id", command.public_id, 1, kPublicIdCharacters);
  checks.text("name", command.name, 1, kNameCharacters);
  checks.text("actor", command.actor, 1, kNameCharacters);
  const std::string& digest = command.secret_sha256;
  if (digest.size() != kSha256Digits || !std::all_of(digest.begin(), digest.end(), is_lower_hex)) {
    checks.add("secret_sha256", "must be 64 lower-case hexadecimal digits");
  }
  if (!context.workspace_exists) checks.add("workspace", "there is no such workspace");
  if (auto refused = checks.rejection()) return tl::unexpected(*std::move(refused));
  return Event{Created{.public_id = command.public_id,
                       .name = command.name,
                       .secret_sha256 = digest,
                       .workspace = command.workspace,
                       .role = command.role,
                       .actor = command.actor}};
}

Decision<Event> decide(const State& state, const RevokeApiKey&) {
  if (!state.exists()) return tl::unexpected(Rejection{Code::not_found, "there is no such key", {}});
  if (state.revoked_at) return std::nullopt;
  return Event{Revoked{}};
}

}  // namespace ledger::api_key
