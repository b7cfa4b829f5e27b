#include "http/read_prompt.hpp"

#include <limits>

#include "domain/partition_key.hpp"
#include "http/caught_up.hpp"
#include "http/past.hpp"

namespace ledger::http {
namespace {

using projections::CatalogEntry;
using projections::WantedVersion;

prompt::VersionNumber wanted_in(const prompt::State& state, const WantedVersion& wanted) {
  const auto* const version = wanted.number  ? state.find_version(*wanted.number)
                              : wanted.label ? state.find_labelled(*wanted.label)
                                             : state.find_version(state.latest());
  return version != nullptr ? version->number : 0;
}

std::optional<CatalogEntry> fold_prompt(const Request& request, const App& app, const std::string& id, const Moment& moment, const WantedVersion& wanted) {
  auto state = state_at<prompt::State>(app, request.principal.workspace, {std::string(prompt::kStreamKind), id}, moment);
  if (!state) return std::nullopt;
  const auto number = wanted_in(*state, wanted);
  return CatalogEntry{id, *std::move(state), number};
}

Result<CatalogEntry, Problem> found(std::optional<CatalogEntry> entry, const std::string& id, const Moment& moment, const WantedVersion& wanted) {
  if (!entry && moment.now()) return tl::unexpected(no_such_prompt(id));
  if (!entry) return tl::unexpected(problem(Code::not_found, "There was no prompt " + id + " at that moment."));
  if (entry->wanted == 0) return tl::unexpected(no_such_version(*entry, wanted));
  return *std::move(entry);
}

}  // namespace

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
  if (!moment.now()) return read_whole_prompt(request, app, id, moment, wanted);
  if (auto reached = await_moment(moment, request, app, *app.prompts_reached); !reached) return tl::unexpected(reached.error());
  return found(app.prompts->by_id(request.principal.workspace, id, wanted), id, moment, wanted);
}

Result<CatalogEntry, Problem> read_whole_prompt(const Request& request, const App& app, const std::string& id, const Moment& moment, const WantedVersion& wanted) {
  if (auto reached = await_moment(moment, request, app, *app.history_reached); !reached) return tl::unexpected(reached.error());
  return found(fold_prompt(request, app, id, moment, wanted), id, moment, wanted);
}

Result<CatalogEntry, Problem> read_prompt(const Request& request, const App& app) {
  return request.id("id").and_then([&](const std::string& id) { return read_prompt(request, app, id, {}, {}); });
}

}  // namespace ledger::http
