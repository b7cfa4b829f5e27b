// Who wrote which line of a prompt.

#include <algorithm>

#include "domain/json.hpp"
#include "domain/prompt/blame.hpp"
#include "http/json/members.hpp"
#include "http/past/past.hpp"
#include "http/past/read_prompt.hpp"
#include "http/reading/paging.hpp"
#include "http/resources/handlers.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;
using prompt::BlamedLine;

// A fork of a fork of a fork …: what is older than so many is the oldest's own.
constexpr int kForksMax = 50;

std::vector<BlamedLine> blame_of(const App& app, const std::string& workspace, const std::string& id, const prompt::State& state, prompt::VersionNumber number, int forks) {
  std::vector<BlamedLine> forked_from;
  if (state.forked_from && forks < kForksMax) {
    const auto& [source, version] = *state.forked_from;
    const auto origin = fold<prompt::State>(read_stream(app, workspace, {std::string(prompt::kStreamKind), source}));
    if (origin.find_version(version) != nullptr) forked_from = blame_of(app, workspace, source, origin, version, forks + 1);
  }
  return prompt::blame(id, state.versions, number, forked_from);
}

json line_json(const BlamedLine& blamed, std::size_t number) {
  const auto& version = *blamed.version;
  json out{{"line", number}, {"text", blamed.line.text}, {"prompt_id", blamed.prompt}, {"version", version.number}, {"author", version.author}, {"written_at", to_rfc3339(version.created_at)}};
  put(out, "reason", version.reason);
  put(out, "change_log", version.change_log);
  if (blamed.line.message) {
    out["message"] = *blamed.line.message;
    out["part"] = to_text(blamed.line.part);
  }
  return out;
}

// A page begins behind a line of a version: a label or the newest may be another one by then.
struct Place {
  std::optional<prompt::VersionNumber> version;
  std::size_t lines = 0;
};

Result<Place, Problem> read_place(const Page& page, const Request& request, const App& app) {
  return read_cursor(page, request, app).map([](const std::optional<std::string>& payload) {
    if (!payload) return Place{};
    const auto [version, lines] = lines_of<2>(*payload);
    return Place{static_cast<prompt::VersionNumber>(to_integer(version).value_or(0)), static_cast<std::size_t>(to_integer(lines).value_or(0))};
  });
}

}  // namespace

Outcome blame_prompt(const Request& request, App& app) {
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  Query query(request.query);
  const auto moment = read_moment(query, app.settings.topic_prefix);
  auto wanted = read_wanted(query);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto place = read_place(page, request, app);
  if (!place) return tl::unexpected(place.error());
  if (place->version) wanted = {.number = place->version, .label = {}};
  return read_whole_prompt(request, app, *id, moment, wanted).map([&](const projections::CatalogEntry& entry) {
    const auto lines = blame_of(app, request.principal.workspace, *id, entry.state, entry.wanted, 0);
    const auto end = std::min(lines.size(), place->lines + static_cast<std::size_t>(page.limit));
    json items = json::array();
    for (auto at = place->lines; at < end; ++at) items.push_back(line_json(lines[at], at + 1));
    const auto next = end < lines.size() ? std::optional(std::to_string(entry.wanted) + "\n" + std::to_string(end)) : std::nullopt;
    return list_reply({{"prompt_id", *id}, {"version", entry.wanted}, {"lines", lines.size()}}, std::move(items), next, request, app);
  });
}

}  // namespace ledger::http
