
#include "domain/json.hpp"
#include "domain/partition_key.hpp"
#include "domain/prompt/name.hpp"
#include "domain/prompt/render.hpp"
#include "http/json/prompt_json.hpp"
#include "http/min_position.hpp"
#include "http/past/read_prompt.hpp"
#include "http/reading/fields.hpp"
#include "http/reply_cache.hpp"
#include "http/resources/handlers.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

// A text as `rendered`, a chat as `rendered_messages`.
json rendered_json(const prompt::Rendered& rendered) {
  return std::visit(Overloaded{
                        [](const std::string& text) { return json{{"rendered", text}}; },
                        [](const std::vector<prompt::Message>& messages) {
                          json list = json::array();
                          for (const auto& message : messages) list.push_back({{"role", message.role}, {"content", message.content}});
                          return json{{"rendered_messages", std::move(list)}};
                        },
                    },
                    rendered);
}

// All that is wrong with the values, at once. `prefix` says where they stood.
Problem render_problem(const std::vector<prompt::RenderError>& errors, const std::string& prefix) {
  Problem result = problem(Code::invalid, errors.front().detail + ".");
  if (errors.size() > 1) result.detail = std::to_string(errors.size()) + " variables are missing or not valid: see errors.";
  for (const auto& error : errors) result.errors.push_back({error.variable.empty() ? "variables" : prefix + error.variable, error.detail});
  return result;
}

Result<json, Problem> fill(const prompt::Content& content, const prompt::Values& values, const std::string& prefix) {
  const auto rendered = prompt::render(content, values);
  if (!rendered) return tl::unexpected(render_problem(rendered.error(), prefix));
  return rendered_json(*rendered);
}

Problem given_twice(const std::string& name) { return invalid_field("?" + name, "is given twice"); }

}  // namespace

// By name. Variables in the query fill it in; without any it comes as it is.
Outcome find_prompt(const Request& request, App& app) {
  Query query(request.query);
  const auto wanted = read_wanted(query);
  auto given = query.prefixed("var.");
  for (auto& plain : query.others()) given.push_back(std::move(plain));
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto key = ReplyCache::key_of(request);
  if (!request.min_position()) {
    if (const auto kept = app.replies->find(key)) return *kept;
  }
  if (auto reached = await_min_position(request, app, *app.prompts_reached); !reached) return tl::unexpected(reached.error());

  const prompt::Name name{request.parameter("category"), request.parameter("name")};
  const auto entry = app.prompts->by_name(request.principal.workspace, name, wanted);
  if (!entry) return tl::unexpected(problem(Code::not_found, "There is no prompt \"" + name.name + "\" in the category \"" + name.category + "\"."));
  const auto* const version = entry->state.find_version(entry->wanted);
  if (version == nullptr) return tl::unexpected(no_such_version(*entry, wanted));
  json body = prompt_json(entry->id, entry->state, version);
  if (!given.empty()) {
    prompt::Values values;
    for (const auto& [variable, text] : given) {
      if (!values.emplace(variable, prompt::value_from_text(*version->content, variable, text)).second) return tl::unexpected(given_twice(variable));
    }
    auto rendered = fill(*version->content, values, "?");
    if (!rendered) return tl::unexpected(rendered.error());
    body.update(*rendered);
  }
  auto reply = json_reply(200, body).tagged(entry->state.version);
  app.replies->put(key, reply,
                   {StreamId{std::string(prompt::kStreamKind), entry->id}.text(), entry->state.version, workspace_partition_key(request.principal.workspace), prompt::name_tag(name)});
  return reply;
}

Outcome render_prompt(const Request& request, App& app) {
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  Fields fields(request.body());
  projections::WantedVersion wanted;
  if (const auto number = fields.optional_integer("version", 1, std::numeric_limits<prompt::VersionNumber>::max())) {
    wanted.number = static_cast<prompt::VersionNumber>(*number);
  }
  wanted.label = fields.optional_string("label");
  if (wanted.number && wanted.label) fields.refuse("label", "must not stand beside version: each names one");
  prompt::Values values;
  if (const json* const given = fields.optional_object("variables")) {
    for (const auto& [name, value] : given->items()) values.emplace(name, JsonText{value.dump()});
  }
  if (auto ok = fields.done(); !ok) return tl::unexpected(ok.error());
  const auto entry = read_prompt(request, app, *id, {}, wanted);
  if (!entry) return tl::unexpected(entry.error());
  if (auto there = refuse_deleted(*entry); !there) return tl::unexpected(there.error());
  return fill(*entry->state.find_version(entry->wanted)->content, values, "variables.").map([&](json body) {
    body["prompt_id"] = entry->id;
    body["version"] = entry->wanted;
    return json_reply(200, body).tagged(entry->state.version);
  });
}

}  // namespace ledger::http
