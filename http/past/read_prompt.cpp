#include "http/past/read_prompt.hpp"

#include <limits>
#include <stdexcept>

#include "domain/json.hpp"
#include "domain/partition_key.hpp"
#include "http/changes/caught_up.hpp"

namespace ledger::http {
namespace {

using projections::CatalogEntry;
using projections::WantedVersion;

// Which versions there are is told by their places, which a snapshot may have left empty.
prompt::VersionNumber wanted_in(const prompt::State& state, const WantedVersion& wanted) {
  if (wanted.number) return *wanted.number <= state.latest() ? *wanted.number : 0;
  if (!wanted.label || *wanted.label == prompt::kLatestLabel) return state.latest();
  const auto found = state.labels.find(*wanted.label);
  return found == state.labels.end() ? 0 : found->second;
}

// With the contents of all its versions.
std::optional<CatalogEntry> fold_prompt(const App& app, const std::string& workspace, const std::string& id, const Moment& moment, const WantedVersion& wanted) {
  const StreamId stream{std::string(prompt::kStreamKind), id};
  const auto version = app.history->version_at(workspace, stream, moment);
  if (version == 0 || (moment.at_version && version != *moment.at_version)) return std::nullopt;
  auto state = whole_state_at(app, workspace, stream, version).get<prompt::State>();
  const auto number = wanted_in(state, wanted);
  return CatalogEntry{id, std::move(state), number};
}

using VersionPtr = std::shared_ptr<const prompt::Version>;

// From the snapshot that holds it; null where there is none.
VersionPtr find_kept(const App& app, const std::string& workspace, const StreamId& stream, prompt::VersionNumber number) {
  const auto snapshot = app.history->snapshots().holding(workspace, stream, "versions", number);
  if (!snapshot) return nullptr;
  const auto state = StreamState::from_json(*find_stream_kind(stream.kind), nlohmann::json::parse(snapshot->state, nullptr, false));
  if (!state) return nullptr;
  const auto& versions = state->get<prompt::State>().versions;
  return number <= versions.size() ? versions[number - 1] : nullptr;
}

VersionPtr find_version(const App& app, const std::string& workspace, const StreamId& stream, prompt::VersionNumber number, const Moment& moment) {
  if (auto kept = find_kept(app, workspace, stream, number)) return kept;
  prompt::State state;
  for (const auto& event : app.history->stream_at(workspace, stream, moment)) {
    state = fold_one(std::move(state), event.event);
    if (state.latest() == number) return state.versions.back();
  }
  throw std::logic_error("a version that the state counts is in none of its events");
}

Result<CatalogEntry, Problem> found(std::optional<CatalogEntry> entry, const std::string& id, const Moment& moment, const WantedVersion& wanted) {
  if (!entry && moment.now()) return tl::unexpected(no_such_prompt(id));
  if (!entry) return tl::unexpected(problem(Code::not_found, "There was no prompt " + id + " at that moment."));
  if (entry->wanted == 0) return tl::unexpected(no_such_version(*entry, wanted));
  return *std::move(entry);
}

}  // namespace

std::optional<CatalogEntry> prompt_at(const App& app, const std::string& workspace, const std::string& id, const Moment& moment, const WantedVersion& wanted,
                                      Reading reading) {
  const StreamId stream{std::string(prompt::kStreamKind), id};
  auto state = state_at<prompt::State>(app, workspace, stream, moment, reading);
  if (!state) return std::nullopt;
  const auto number = wanted_in(*state, wanted);
  if (number > 0 && !state->versions[number - 1]) state->versions[number - 1] = find_version(app, workspace, stream, number, moment);
  return CatalogEntry{id, *std::move(state), number};
}

WantedVersion read_wanted(Query& query) {
  WantedVersion wanted;
  if (const auto number = query.integer("version", 1, std::numeric_limits<prompt::VersionNumber>::max())) {
    wanted.number = static_cast<prompt::VersionNumber>(*number);
  }
  wanted.label = query.text("label");
  if (wanted.number && wanted.label) query.refuse("label", "must not stand beside version: each names one");
  return wanted;
}

std::optional<projections::NamedVersion> find_named_version(const Request& request, const App& app, const std::string& prompt, const WantedVersion& wanted) {
  const auto& workspace = request.principal.workspace;
  bool is_current = false;
  const auto await_catalog = [&] { is_current = await_present(request, app, LogTopic::prompts, workspace_partition_key(workspace), *app.prompts_reached); };
  if (!wanted.number) await_catalog();
  auto found = app.prompts->find_version(workspace, prompt, wanted);
  if (wanted.number && (!found || found->number == 0)) {
    await_catalog();
    found = app.prompts->find_version(workspace, prompt, wanted);
  }
  if (!is_current && (!found || found->number == 0)) throw Unavailable("the catalog was not caught up in time to tell whether there is such a version");
  return found;
}

Result<prompt::VersionNumber, Problem> version_in_path(const Request& request) {
  const auto number = request.number("version");
  if (!number) return tl::unexpected(number.error());
  if (*number > std::numeric_limits<prompt::VersionNumber>::max()) {
    return tl::unexpected(problem(Code::not_found, "There is no version " + request.parameter("version") + "."));
  }
  return static_cast<prompt::VersionNumber>(*number);
}

Problem no_such_version(const CatalogEntry& entry, const WantedVersion& wanted) {
  if (wanted.number) {
    return problem(Code::not_found, "There is no version " + std::to_string(*wanted.number) + "; the prompt has the versions 1 to " +
                                        std::to_string(entry.state.latest()) + ".");
  }
  return problem(Code::not_found, "The prompt has no label \"" + wanted.label.value_or("") + "\".");
}

Problem no_such_prompt(const std::string& id) { return problem(Code::not_found, "There is no prompt " + id + "."); }

Result<void, Problem> refuse_deleted(const CatalogEntry& entry) {
  if (!entry.state.deleted()) return {};
  return tl::unexpected(problem(Code::not_found, "The prompt was deleted at " + to_rfc3339(*entry.state.deleted_at) +
                                                     ". ?deleted=true shows it all the same, POST /api/v1/prompts/" + entry.id + "/restore brings it back."));
}

Result<CatalogEntry, Problem> read_prompt(const Request& request, const App& app, const std::string& id, const Moment& moment, const WantedVersion& wanted) {
  if (auto reached = await_moment(moment, request, app, *app.prompts_reached); !reached) return tl::unexpected(reached.error());
  const auto& workspace = request.principal.workspace;
  return found(moment.now() ? app.prompts->by_id(workspace, id, wanted) : prompt_at(app, workspace, id, moment, wanted), id, moment, wanted);
}

Result<CatalogEntry, Problem> read_whole_prompt(const Request& request, const App& app, const std::string& id, const Moment& moment, const WantedVersion& wanted) {
  if (auto reached = await_moment(moment, request, app, *app.history_reached); !reached) return tl::unexpected(reached.error());
  return found(fold_prompt(app, request.principal.workspace, id, moment, wanted), id, moment, wanted);
}

Result<CatalogEntry, Problem> read_prompt(const Request& request, const App& app) {
  return request.id("id").and_then([&](const std::string& id) { return read_prompt(request, app, id, {}, {}); });
}

}  // namespace ledger::http
