
#include "commands/access/propose.hpp"
#include "commands/model/seeding.hpp"
#include "domain/json.hpp"
#include "domain/partition_key.hpp"
#include "http/auth.hpp"
#include "http/changes/changed.hpp"
#include "http/changes/give.hpp"
#include "http/home.hpp"
#include "http/json/access_json.hpp"
#include "http/min_position.hpp"
#include "http/reading/paging.hpp"
#include "http/resources/handlers.hpp"
#include "infra/crypto/encoding.hpp"
#include "infra/crypto/random.hpp"
#include "infra/crypto/uuid.hpp"
#include "projections/access/queries.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;
using projections::AccessMark;

constexpr std::size_t kPublicIdBytes = 12;
constexpr std::pair<std::string_view, access::Role> kRoles[] = {
    {"viewer", access::Role::viewer}, {"editor", access::Role::editor}, {"publisher", access::Role::publisher}, {"admin", access::Role::admin}};

// The workspace whose keys are meant: the caller's own unless he names one.
Result<std::string, Problem> managed(const std::optional<std::string>& asked, const Request& request, const App& app) {
  if (!asked || *asked == request.principal.workspace) return request.principal.workspace;
  if (looks_after_all(request, app)) return *asked;
  return tl::unexpected(problem(Code::forbidden, "An admin of this workspace looks after its own keys only; those of others are for an admin of the home workspace."));
}

Result<std::string, Problem> managed(Query& query, const Request& request, const App& app) {
  const auto asked = query.text("workspace_id");
  if (asked && !crypto::is_uuid(*asked)) query.refuse("workspace_id", "must be the id of a workspace (a UUID)");
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  return managed(asked, request, app);
}

// Events on keys and workspaces belong to the workspace that they are about, not to the one of the admin; his idempotency keys are his own.
Result<Caller, Problem> caller_for(const std::string& workspace, const Request& request, const App& app, const Annotations& annotations) {
  return caller_of(request, app, kAccessPartitionKey, annotations).map([&](Caller caller) {
    caller.workspace = workspace;
    return caller;
  });
}

// The keys that requests come with are looked up in the read model: the answer waits until a change is seen there, so that a new key works and
// a revoked one does not from then on. When that takes too long the change holds all the same.
Result<Accepted, Problem> give_and_see(Proposal proposal, const Request& request, const App& app) {
  auto accepted = give(std::move(proposal), request, app);
  if (accepted) {
    (void)await_positions({accepted->position}, request, app, *app.access_reached);
    app.access_changed();
  }
  return accepted;
}

std::optional<AccessMark> mark_in(const std::optional<std::string>& payload) {
  if (!payload) return std::nullopt;
  const auto end = payload->find('\n');
  return AccessMark{parse_rfc3339(payload->substr(0, end)).value_or(Timestamp{}), payload->substr(end + 1)};
}

// One more was asked for than the page takes: whether there is one says whether the list goes on.
template <class Entry, class Render>
Reply access_list(const std::vector<Entry>& entries, const Page& page, const Request& request, const App& app, Render render) {
  json items = json::array();
  for (const auto& entry : entries) {
    if (static_cast<std::int64_t>(items.size()) < page.limit) items.push_back(render(entry.id, entry.state));
  }
  if (static_cast<std::int64_t>(entries.size()) <= page.limit) return list_reply(std::move(items), std::nullopt, request, app);
  const auto& last = entries[static_cast<std::size_t>(page.limit) - 1];
  return list_reply(std::move(items), to_rfc3339(last.state.created_at) + "\n" + last.id, request, app);
}

Problem no_such_key(const std::string& id) { return problem(Code::not_found, "There is no key " + id + " in the workspace."); }

}  // namespace

Outcome create_api_key(const Request& request, App& app) {
  Fields fields(request.body());
  api_key::CreateApiKey command;
  command.name = fields.required_string("name");
  command.role = fields.required_choice<access::Role>("role", kRoles);
  const auto asked = fields.optional_string("workspace_id");
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  const auto workspace = managed(asked, request, app);
  if (!workspace) return tl::unexpected(workspace.error());
  const auto caller = caller_for(*workspace, request, app, annotations);
  if (!caller) return tl::unexpected(caller.error());

  const auto id = app.new_id();
  const auto secret = new_secret();
  command.public_id = "pk_" + crypto::to_base64url(crypto::random_bytes(kPublicIdBytes));
  command.secret_sha256 = crypto::to_hex(crypto::as_text(digest_of(secret)));
  command.workspace = *workspace;
  command.actor = "api-key/" + id;
  return give_and_see(api_key::propose(id, std::move(command), *caller), request, app).and_then([&](const Accepted& accepted) {
    const json told = accepted.replayed ? json{{"secret", nullptr}, {"secret_note", "It was shown in the first answer to this Idempotency-Key, and is kept nowhere. Lost? Revoke this key and make another."}}
                                        : json{{"secret", secret}};
    return answer_change(accepted, request, app, told);
  });
}

Outcome list_api_keys(const Request& request, App& app) {
  Query query(request.query);
  const auto page = query.page();
  const auto workspace = managed(query, request, app);
  if (!workspace) return tl::unexpected(workspace.error());
  const auto cursor = read_cursor(page, request, app);
  if (!cursor) return tl::unexpected(cursor.error());
  if (auto reached = await_min_position(request, app, *app.access_reached); !reached) return tl::unexpected(reached.error());
  return access_list(app.access->keys(*workspace, mark_in(*cursor), static_cast<int>(page.limit) + 1), page, request, app, api_key_json);
}

Outcome show_api_key(const Request& request, App& app) {
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  Query query(request.query);
  const auto workspace = managed(query, request, app);
  if (!workspace) return tl::unexpected(workspace.error());
  if (auto reached = await_min_position(request, app, *app.access_reached); !reached) return tl::unexpected(reached.error());
  const auto entry = app.access->key(*workspace, *id);
  if (!entry) return tl::unexpected(no_such_key(*id));
  return json_reply(200, api_key_json(entry->id, entry->state)).tagged(entry->state.version);
}

Outcome revoke_api_key(const Request& request, App& app) {
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  Query query(request.query);
  const auto annotations = read_annotations(query);
  const auto workspace = managed(query, request, app);
  if (!workspace) return tl::unexpected(workspace.error());
  // Keys of all workspaces share a partition: whose this one is must be known before it is given to it. It never changes.
  if (!app.access->key(*workspace, *id)) return tl::unexpected(no_such_key(*id));
  const auto caller = caller_for(*workspace, request, app, annotations);
  if (!caller) return tl::unexpected(caller.error());
  return give_and_see(api_key::propose(*id, api_key::RevokeApiKey{}, *caller), request, app).and_then([&](const Accepted& accepted) {
    return answer_change(accepted, request, app);
  });
}

Outcome create_workspace(const Request& request, App& app) {
  Fields fields(request.body());
  workspace::CreateWorkspace command{fields.required_string("name")};
  const auto annotations = read_annotations(fields);
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  if (!looks_after_all(request, app)) return tl::unexpected(problem(Code::forbidden, "Workspaces are made by an admin of the home workspace."));
  const auto id = app.new_id();
  const auto caller = caller_for(id, request, app, annotations);
  if (!caller) return tl::unexpected(caller.error());
  return give_and_see(workspace::propose(id, std::move(command), *caller), request, app).and_then([&](const Accepted& accepted) {
    // When that cannot be done now the workspace is there all the same; the next start of a server makes up for it.
    (void)model::seed(*app.commands, accepted.stream.id, model::seeds(), request.deadline);
    return answer_change(accepted, request, app);
  });
}

Outcome list_workspaces(const Request& request, App& app) {
  Query query(request.query);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto cursor = read_cursor(page, request, app);
  if (!cursor) return tl::unexpected(cursor.error());
  if (auto reached = await_min_position(request, app, *app.access_reached); !reached) return tl::unexpected(reached.error());
  std::vector<projections::WorkspaceEntry> entries;
  if (looks_after_all(request, app)) {
    entries = app.access->workspaces(mark_in(*cursor), static_cast<int>(page.limit) + 1);
  } else if (auto own = app.access->workspace(request.principal.workspace)) {
    entries.push_back(*std::move(own));
  }
  return access_list(entries, page, request, app, workspace_json);
}

Outcome show_workspace(const Request& request, App& app) {
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  if (auto reached = await_min_position(request, app, *app.access_reached); !reached) return tl::unexpected(reached.error());
  const bool visible = *id == request.principal.workspace || looks_after_all(request, app);
  const auto entry = visible ? app.access->workspace(*id) : std::nullopt;
  if (!entry) return tl::unexpected(problem(Code::not_found, "There is no workspace " + *id + "."));
  return json_reply(200, workspace_json(entry->id, entry->state)).tagged(entry->state.version);
}

}  // namespace ledger::http
