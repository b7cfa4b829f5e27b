
#include <algorithm>
#include <charconv>
#include <limits>

#include "domain/json.hpp"
#include "domain/prompt/text_diff.hpp"
#include "http/json/prompt_json.hpp"
#include "http/past/read_prompt.hpp"
#include "http/reading/paging.hpp"
#include "http/resources/handlers.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

prompt::VersionNumber number_in(const std::string& payload) {
  prompt::VersionNumber number = 0;
  std::from_chars(payload.data(), payload.data() + payload.size(), number);
  return number;
}

// The body as lines of text, whichever kind it is.
std::string text_of(const prompt::Body& body) {
  return std::visit(Overloaded{
                        [](const prompt::Text& text) { return text.text; },
                        [](const prompt::Chat& chat) {
                          std::string out;
                          for (const auto& item : chat.messages) {
                            out += std::visit(Overloaded{
                                                  [](const prompt::Message& message) { return "[" + message.role + "]\n" + message.content + "\n"; },
                                                  [](const prompt::Placeholder& placeholder) { return "[placeholder " + placeholder.name + "]\n"; },
                                              },
                                              item);
                          }
                          return out;
                        },
                    },
                    body);
}

json diff_json(const std::string& from, const std::string& to) {
  json words = json::array();
  for (const auto& run : prompt::word_diff(from, to)) words.push_back({{"op", to_text(run.op)}, {"text", run.text}});
  return {{"unified", prompt::unified_diff(from, to)}, {"words", std::move(words)}};
}

std::string pretty(const json& value) { return value.empty() ? std::string() : value.dump(2) + "\n"; }

// Which variables came, went and changed, by name, beside the diff of their declarations.
json variables_diff_json(const std::vector<prompt::Variable>& from, const std::vector<prompt::Variable>& to) {
  json out = diff_json(pretty(variables_json(from)), pretty(variables_json(to)));
  const auto find = [](const std::vector<prompt::Variable>& in, const std::string& name) {
    return std::ranges::find(in, name, &prompt::Variable::name);
  };
  out["added"] = out["removed"] = out["changed"] = json::array();
  for (const auto& variable : to) {
    const auto before = find(from, variable.name);
    if (before == from.end()) {
      out["added"].push_back(variable.name);
    } else if (!(*before == variable)) {
      out["changed"].push_back(variable.name);
    }
  }
  for (const auto& variable : from) {
    if (find(to, variable.name) == to.end()) out["removed"].push_back(variable.name);
  }
  return out;
}

}  // namespace

Outcome list_prompt_versions(const Request& request, App& app) {
  Query query(request.query);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto cursor = read_cursor(page, request, app);
  if (!cursor) return tl::unexpected(cursor.error());
  const auto entry = read_prompt(request, app);
  if (!entry) return tl::unexpected(entry.error());
  const auto below = *cursor ? std::optional(number_in(**cursor)) : std::nullopt;
  const auto versions = app.prompts->versions(request.principal.workspace, entry->id, below, static_cast<int>(page.limit));
  json items = json::array();
  for (const auto& version : versions) items.push_back(version_json(version, entry->state));
  const bool more = !versions.empty() && versions.back().number > 1;
  return list_reply(std::move(items), more ? std::optional(std::to_string(versions.back().number)) : std::nullopt, request, app);
}

Outcome show_prompt_version(const Request& request, App& app) {
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  const auto number = version_in_path(request);
  if (!number) return tl::unexpected(number.error());
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  return read_prompt(request, app, *id, {}, {.number = *number, .label = {}}).map([&](const projections::CatalogEntry& entry) {
    return json_reply(200, version_json(*entry.state.find_version(*number), entry.state)).tagged(entry.state.version);
  });
}

// Of the newest version with the one before it, unless others are named.
Outcome diff_prompt_versions(const Request& request, App& app) {
  constexpr std::int64_t kMost = std::numeric_limits<prompt::VersionNumber>::max();
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  Query query(request.query);
  const auto from = query.integer("from", 1, kMost);
  const auto to = query.integer("to", 1, kMost);
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto read = [&](std::optional<std::int64_t> number) {
    projections::WantedVersion wanted;
    if (number) wanted.number = static_cast<prompt::VersionNumber>(*number);
    return read_prompt(request, app, *id, {}, wanted);
  };
  const auto after = read(to);
  if (!after) return tl::unexpected(after.error());
  if (!from && after->wanted == 1) return tl::unexpected(invalid_field("?from", "is needed: there is no version before version 1"));
  const auto before = read(from.value_or(after->wanted - 1));
  if (!before) return tl::unexpected(before.error());
  const prompt::Content& older = *before->state.find_version(before->wanted)->content;
  const prompt::Content& newer = *after->state.find_version(after->wanted)->content;
  return json_reply(200, {{"from", before->wanted},
                          {"to", after->wanted},
                          {"template", diff_json(text_of(older.body), text_of(newer.body))},
                          {"variables", variables_diff_json(older.variables, newer.variables)},
                          {"config", diff_json(pretty(json::parse(older.config.text)), pretty(json::parse(newer.config.text)))}});
}

}  // namespace ledger::http
