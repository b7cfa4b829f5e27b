#pragma once

#include <optional>
#include <string>

#include "http/past/past.hpp"
#include "http/reading/moment.hpp"
#include "http/reading/query.hpp"

// One of the things that a workspace has and can delete softly. For the .cpp files of resources: includes domain/json.hpp.
namespace ledger::http {

// The one that the path names, now or at any moment (?as_of=, ?at_version=), a deleted one only when asked for. `find_now` reads it from the read model that
// `reached` tells of, `render` shows it; `kind` is its stream's, `what` its name in sentences.
template <class Entry, class Find, class Render>
Outcome show_one(const Request& request, const App& app, projections::ModelPositions& reached, std::string_view kind, const std::string& what, Find find_now, Render render) {
  Query query(request.query);
  const auto moment = read_moment(query, app.settings.topic_prefix);
  const bool deleted_too = query.boolean("deleted").value_or(false);
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  if (auto there = await_moment(moment, request, app, reached); !there) return tl::unexpected(there.error());
  std::optional<Entry> entry;
  if (moment.now()) {
    entry = find_now(*id);
  } else if (auto state = state_at<decltype(Entry::state)>(app, request.principal.workspace, {std::string(kind), *id}, moment)) {
    entry = Entry{*id, *std::move(state)};
  }
  if (!entry) return tl::unexpected(problem(Code::not_found, "There is no " + what + " " + *id + (moment.now() ? "." : " at that moment.")));
  if (entry->state.deleted_at && !deleted_too) {
    return tl::unexpected(problem(Code::not_found, "The " + what + " was deleted at " + to_rfc3339(*entry->state.deleted_at) + ". ?deleted=true shows it all the same."));
  }
  return json_reply(200, render(*id, entry->state)).tagged(entry->state.version);
}

}  // namespace ledger::http
