// What a label served, and what came of it.

#include <algorithm>
#include <array>

#include "domain/json.hpp"
#include "http/json/analytics_json.hpp"
#include "http/json/event_json.hpp"
#include "http/json/members.hpp"
#include "http/min_position.hpp"
#include "http/past/incidents.hpp"
#include "http/past/read_prompt.hpp"
#include "http/reading/moment.hpp"
#include "http/reading/paging.hpp"
#include "http/resources/handlers.hpp"
#include "projections/analytics/queries.hpp"
#include "projections/executions/queries.hpp"
#include "projections/feedback/queries.hpp"
#include "projections/prompt_catalog/queries.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;
using projections::HistoryEvent;

// Users, sessions and scores are found by looking at each execution: of so many of a page.
constexpr std::int64_t kSinglyMax = 200'000;

json scores_json(const std::vector<projections::NamedScores>& scores) {
  json out = json::array();
  for (const auto& one : scores) {
    json shown{{"name", one.name}, {"type", to_text(one.type)}, {"count", one.count}};
    if (one.type == score::Type::numeric) shown["average"] = to_number(one.average);
    if (one.type == score::Type::boolean) shown["share_true"] = share_json(one.flagged, one.count);
    if (one.type == score::Type::categorical) shown["values"] = one.words;
    out.push_back(std::move(shown));
  }
  return out;
}

struct Counted {
  projections::Tally tally;
  std::int64_t looked_at = 0;   // executions of the prompt in that time, whatever their version and label
};

Counted count(const App& app, const std::string& workspace, const projections::Served& served) {
  Counted counted;
  for (const auto& [series, tally] : app.analytics->of_prompt(workspace, served.prompt, served.from, served.until)) {
    counted.looked_at += tally.executions();
    if (series.version == served.version && series.label == served.label) counted.tally.merge(tally);
  }
  return counted;
}

const HistoryEvent* find_event(const std::vector<HistoryEvent>& events, const log::Position& position) {
  const auto found = std::ranges::find(events, position, &HistoryEvent::position);
  return found == events.end() ? nullptr : &*found;
}

json incident_json(const App& app, const ServiceQuestion& question, const Service& service, std::int64_t& singly_left) {
  const auto& [from, to] = question.period;
  const projections::Served served{service.prompt, service.version, question.label, std::max(service.from, from), std::min(service.until.value_or(to), to)};
  const auto counted = count(app, question.workspace, served);
  json out{{"prompt_id", service.prompt}, {"version", service.version}, {"from", to_rfc3339(service.from)}, {"counted_from", to_rfc3339(served.from)}, {"counted_to", to_rfc3339(served.until)}};
  put(out, "until", service.until);
  out["executions"] = tally_json(counted.tally);
  out["users"] = out["sessions"] = out["scores"] = nullptr;
  singly_left -= counted.looked_at;
  if (singly_left >= 0) {
    const auto reach = app.executions->reach(question.workspace, served);
    out["users"] = reach.users;
    out["sessions"] = reach.sessions;
    out["scores"] = scores_json(app.feedback->scores_of(question.workspace, served));
  }
  return out;
}

void put_events(json& items, std::span<const Service> page, const App& app, const std::string& workspace) {
  for (std::size_t n = 0; n < page.size(); ++n) {
    std::vector<log::Position> positions{page[n].began};
    if (page[n].ended) positions.push_back(*page[n].ended);
    const auto events = app.history->at(workspace, positions);
    const auto event = [&](const log::Position& position) {
      const auto* const found = find_event(events, position);
      return found == nullptr ? json() : event_json(*found, app.settings.topic_prefix, EventData::without);
    };
    items[n]["began"] = event(page[n].began);
    items[n]["ended"] = page[n].ended ? event(*page[n].ended) : json();
  }
}

std::string payload_of(const Service& service) { return std::to_string(service.from.time_since_epoch().count()) + "\n" + service.prompt + "\n" + std::to_string(service.version); }

// How many services stand before the page.
Result<std::size_t, Problem> read_begin(const Page& page, const std::vector<Service>& services, const Request& request, const App& app) {
  return read_cursor(page, request, app).map([&](const std::optional<std::string>& payload) -> std::size_t {
    if (!payload) return 0;
    const auto [at, prompt, version] = lines_of<3>(*payload);
    const auto last = std::tuple{Timestamp{std::chrono::microseconds{to_integer(at).value_or(0)}}, std::string(prompt), static_cast<prompt::VersionNumber>(to_integer(version).value_or(0))};
    const auto behind = std::ranges::upper_bound(services, last, {}, [](const Service& service) { return std::tuple{service.from, service.prompt, service.version}; });
    return static_cast<std::size_t>(behind - services.begin());
  });
}

}  // namespace

Outcome list_incidents(const Request& request, App& app) {
  Query query(request.query);
  ServiceQuestion question{.workspace = request.principal.workspace, .label = query.text("label").value_or(""), .prompt = query.text("prompt"), .clock = read_clock(query, true, "from or to"),
                           .period = read_period(query)};
  if (question.label.empty()) query.refuse("label", "is required: whose versions are asked for");
  if (question.label == prompt::kLatestLabel) query.refuse("label", "must be a label that moves; latest always points to the newest version");
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  for (auto* const model : {app.history_reached, app.analytics_reached, app.executions_reached, app.feedback_reached, app.prompts_reached}) {
    if (auto reached = await_min_position(request, app, *model); !reached) return tl::unexpected(reached.error());
  }
  if (question.prompt && app.prompts->names(question.workspace, {*question.prompt}).empty()) return tl::unexpected(no_such_prompt(*question.prompt));
  const auto services = services_of(app, question);
  if (!services) return tl::unexpected(services.error());
  const auto begin = read_begin(page, *services, request, app);
  if (!begin) return tl::unexpected(begin.error());

  const auto rest = std::span(*services).subspan(*begin);
  const auto shown = rest.first(std::min(rest.size(), static_cast<std::size_t>(page.limit)));
  std::vector<std::string> ids;
  for (const auto& service : shown) ids.push_back(service.prompt);
  const auto names = app.prompts->names(question.workspace, ids);
  json items = json::array();
  std::int64_t singly_left = kSinglyMax;
  for (const auto& service : shown) {
    items.push_back(incident_json(app, question, service, singly_left));
    if (const auto name = names.find(service.prompt); name != names.end()) items.back().update({{"category", name->second.category}, {"name", name->second.name}});
  }
  put_events(items, shown, app, question.workspace);
  return list_reply({{"label", question.label}}, std::move(items), shown.size() < rest.size() ? std::optional(payload_of(shown.back())) : std::nullopt, request, app);
}

}  // namespace ledger::http
