
#include "domain/json.hpp"
#include "http/json/prompt_json.hpp"
#include "http/min_position.hpp"
#include "http/past/past.hpp"
#include "http/past/prompt_list.hpp"
#include "http/past/read_prompt.hpp"
#include "http/reading/paging.hpp"
#include "http/resources/handlers.hpp"

namespace ledger::http {
namespace {

using projections::PromptMark;

// An id holds no line break; a name may.
std::string payload_of(const PromptMark& mark) { return mark.id + "\n" + mark.key; }
PromptMark mark_of(const std::string& payload) {
  const auto end = payload.find('\n');
  return {payload.substr(end + 1), payload.substr(0, end)};
}

// Lists of the past are looked for among the prompts of now: those that the moment knows must be there.
Result<void, Problem> await_in_catalog(const Moment& moment, const Request& request, const App& app) {
  if (moment.at_position) return await_positions(*moment.at_position, request, app, *app.prompts_reached);
  return await_min_position(request, app, *app.prompts_reached);
}

Outcome answer_list(const Request& request, App& app, Query& query, PromptListing listing) {
  const auto moment = read_as_of(query, app.settings.topic_prefix);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto cursor = read_cursor(page, request, app);
  if (!cursor) return tl::unexpected(cursor.error());
  if (auto reached = await_moment(moment, request, app, *app.prompts_reached); !reached) return tl::unexpected(reached.error());
  if (auto reached = await_in_catalog(moment, request, app); !reached) return tl::unexpected(reached.error());
  const auto after = *cursor ? std::optional(mark_of(**cursor)) : std::nullopt;
  const auto& workspace = request.principal.workspace;
  const auto found = moment.now() ? app.prompts->list(workspace, listing.filter, listing.order, listing.descending, after, static_cast<int>(page.limit))
                                  : list_past(app, workspace, moment, listing, after, static_cast<std::size_t>(page.limit));
  nlohmann::json items = nlohmann::json::array();
  for (const auto& entry : found.entries) items.push_back(prompt_json(entry.id, entry.state, entry.state.find_version(entry.wanted)));
  return list_reply(std::move(items), found.next ? std::optional(payload_of(*found.next)) : std::nullopt, request, app);
}

}  // namespace

Outcome list_prompts(const Request& request, App& app) {
  Query query(request.query);
  auto listing = read_listing(query);
  return answer_list(request, app, query, std::move(listing));
}

Outcome list_prompts_by_status(const Request& request, App& app) {
  const auto status = prompt::parse_status(request.parameter("status"));
  if (!status) {
    return tl::unexpected(problem(Code::not_found, "\"" + request.parameter("status") + "\" is no status: draft, published, deprecated or archived."));
  }
  Query query(request.query);
  auto listing = read_listing(query);
  if (listing.filter.status) query.refuse("status", "stands in the path already");
  listing.filter.status = status;
  return answer_list(request, app, query, std::move(listing));
}

Outcome show_prompt(const Request& request, App& app) {
  Query query(request.query);
  const auto moment = read_moment(query, app.settings.topic_prefix);
  const auto wanted = read_wanted(query);
  const bool deleted_too = query.boolean("deleted").value_or(false);
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  const auto entry = read_prompt(request, app, *id, moment, wanted);
  if (!entry) return tl::unexpected(entry.error());
  if (auto there = refuse_deleted(*entry); !there && !deleted_too) return tl::unexpected(there.error());
  return json_reply(200, prompt_json(entry->id, entry->state, entry->state.find_version(entry->wanted))).tagged(entry->state.version);
}

}  // namespace ledger::http
