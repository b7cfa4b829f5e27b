// What shows that the log is what it was: proofs of single events, checkpoints, and what was last found of all of it.

#include <algorithm>
#include <limits>
#include <optional>

#include "commands/topics.hpp"
#include "domain/json.hpp"
#include "domain/utf8.hpp"
#include "http/min_position.hpp"
#include "http/reading/paging.hpp"
#include "http/resources/handlers.hpp"
#include "infra/proof/bundle.hpp"
#include "infra/proof/signed_note.hpp"
#include "projections/history/queries.hpp"
#include "projections/proof/queries.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

// The path's {topic} and {partition}, of a partition that has records.
Result<log::PartitionId, Problem> partition_in_path(const Request& request, const App& app) {
  const auto& topic = request.parameter("topic");
  const auto& number = request.parameter("partition");
  const auto known = std::ranges::find(kLogTopics, topic, [](LogTopic each) { return to_text(each); });
  const auto partition = to_integer(number);
  const bool could_be = known != kLogTopics.end() && partition && *partition >= 0 && *partition <= std::numeric_limits<std::int32_t>::max();
  if (could_be) {
    const log::PartitionId found{topic_name(app.settings.topic_prefix, *known), static_cast<std::int32_t>(*partition)};
    if (app.proofs->size(found) > 0) return found;
  }
  return tl::unexpected(problem(Code::not_found, "The log has no partition " + topic + "/" + number + ", or the proofs have not come to it yet."));
}

json to_texts(const std::vector<log::Hash>& hashes) {
  json texts = json::array();
  for (const auto& hash : hashes) texts.push_back(log::to_text(hash));
  return texts;
}

json text_or_null(const std::string& text) { return text.empty() ? json() : json(text); }

// JSON holds nothing else; the ledger writes nothing else.
bool is_text(const log::Record& record) {
  return is_utf8(record.key) && is_utf8(record.value) && std::ranges::all_of(record.headers, [](const auto& header) { return is_utf8(header.first) && is_utf8(header.second); });
}

json checkpoint_json(const projections::SignedCheckpoint& checkpoint) {
  return {{"size", checkpoint.size}, {"root", log::to_text(checkpoint.root)}, {"note", checkpoint.note}, {"event_id", checkpoint.event_id}, {"signed_at", to_rfc3339(checkpoint.signed_at)}};
}

json watched_json(const WatchedPartition& watched) {
  return {{"topic", watched.partition.topic},
          {"partition", watched.partition.number},
          {"from_height", watched.from},
          {"records", watched.to},
          {"checkpoint_size", watched.held},
          {"checkpoint_signed_at", watched.signed_at ? json(to_rfc3339(*watched.signed_at)) : json()},
          {"fault", text_or_null(watched.fault)},
          {"model_fault", text_or_null(watched.model_fault)}};
}

}  // namespace

Outcome show_event_proof(const Request& request, App& app) {
  const auto id = request.id("id");
  if (!id) return tl::unexpected(id.error());
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  if (auto reached = await_min_position(request, app, *app.history_reached); !reached) return tl::unexpected(reached.error());
  const auto stored = app.history->record(request.principal.workspace, *id);
  if (!stored) return tl::unexpected(problem(Code::not_found, "There is no event " + *id + "."));
  const auto& [position, record] = *stored;
  const auto checkpoint = app.proofs->checkpoint_over(position.partition, position.height);
  if (!checkpoint) return tl::unexpected(problem(Code::wrong_state, "No checkpoint is signed over this event yet. Ask again when one is: GET /verify says how far they are."));
  if (!is_text(record)) throw Unreadable("the record of event " + *id + " holds what is not UTF-8");
  auto path = app.proofs->hashes(position.partition, log::inclusion_path(position.height, checkpoint->size));
  return text_reply(200, to_json(proof::make_bundle(record, std::move(path), checkpoint->note)), "application/json");
}

Outcome list_checkpoints(const Request& request, App& app) {
  Query query(request.query);
  const auto page = query.page();
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto before = read_cursor(page, request, app);
  if (!before) return tl::unexpected(before.error());
  if (auto reached = await_min_position(request, app, *app.proofs_reached); !reached) return tl::unexpected(reached.error());
  const auto partition = partition_in_path(request, app);
  if (!partition) return tl::unexpected(partition.error());

  std::optional<std::uint64_t> below;
  if (*before) below = static_cast<std::uint64_t>(to_integer(**before).value_or(0));
  auto found = app.proofs->checkpoints(*partition, below, static_cast<int>(page.limit) + 1);
  const bool more = static_cast<std::int64_t>(found.size()) > page.limit;
  if (more) found.pop_back();
  json items = json::array();
  for (const auto& checkpoint : found) items.push_back(checkpoint_json(checkpoint));
  return list_reply(std::move(items), more ? std::optional(std::to_string(found.back().size)) : std::nullopt, request, app);
}

Outcome show_consistency(const Request& request, App& app) {
  Query query(request.query);
  const auto from = query.integer("from", 1, std::numeric_limits<std::int64_t>::max());
  const auto to = query.integer("to", 1, std::numeric_limits<std::int64_t>::max());
  if (!from) query.refuse("from", "is missing");
  if (!to) query.refuse("to", "is missing");
  if (from && to && *from > *to) query.refuse("to", "must not be less than from");
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  if (auto reached = await_min_position(request, app, *app.proofs_reached); !reached) return tl::unexpected(reached.error());
  const auto partition = partition_in_path(request, app);
  if (!partition) return tl::unexpected(partition.error());

  const auto first = static_cast<std::uint64_t>(*from);
  const auto second = static_cast<std::uint64_t>(*to);
  if (const auto size = app.proofs->size(*partition); second > size) return tl::unexpected(invalid_field("?to", "must be at most " + std::to_string(size) + ": the tree has no more records"));
  return json_reply(200, {{"from", first},
                          {"to", second},
                          {"from_root", log::to_text(app.proofs->tree(*partition, first).root())},
                          {"to_root", log::to_text(app.proofs->tree(*partition, second).root())},
                          {"proof", to_texts(app.proofs->hashes(*partition, log::consistency_path(first, second)))}});
}

Outcome show_verification(const Request& request, App& app) {
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  if (!app.verification) return tl::unexpected(problem(Code::wrong_state, "This process does not watch the log: it is given no checkpoint key (--checkpoint-key-file)."));
  const auto found = app.verification();
  json partitions = json::array();
  bool log_holds = true, model_holds = true;
  for (const auto& watched : found.partitions) {
    log_holds = log_holds && watched.fault.empty();
    model_holds = model_holds && watched.model_fault.empty();
    partitions.push_back(watched_json(watched));
  }
  return json_reply(200, {{"log", log_holds ? "holds" : "broken"}, {"read_model", model_holds ? "holds" : "broken"}, {"public_key", found.public_key}, {"signs", found.signs}, {"partitions", std::move(partitions)}});
}

}  // namespace ledger::http
