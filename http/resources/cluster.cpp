#include <nlohmann/json.hpp>

#include "commands/command_side.hpp"
#include "domain/time.hpp"
#include "http/forwarding.hpp"
#include "http/query.hpp"
#include "http/resources/handlers.hpp"
#include "log/link_reader.hpp"
#include "projections/registry.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

constexpr double kUsPerMs = 1'000.0;

json time_or_null(std::int64_t us) { return us > 0 ? json(to_rfc3339(Timestamp(std::chrono::microseconds(us)))) : json(); }
json text_or_null(const std::string& text) { return text.empty() ? json() : json(text); }

json of_node(const ClusterView::Node& node) {
  return {{"name", node.peer.node}, {"address", node.peer.address}, {"self", node.self}, {"partitions", node.partitions}};
}

json of_hand_over(const HandOver& hand_over) {
  return {{"kind", to_text(hand_over.kind)},
          {"at", time_or_null(hand_over.at_us)},
          {"from", text_or_null(hand_over.from)},
          {"to", text_or_null(hand_over.to)},
          {"length_ms", static_cast<double>(hand_over.length_us) / kUsPerMs}};
}

json of_partition(const ClusterView::Partition& partition) {
  json voids = json::object();
  for (std::size_t cls = 0; cls < partition.voids.size(); ++cls) voids[std::string(log::to_text(static_cast<log::VoidClass>(cls)))] = partition.voids[cls];
  json hand_overs = json::array();
  for (const auto& hand_over : partition.hand_overs) hand_overs.push_back(of_hand_over(hand_over));
  return {{"topic", partition.partition.topic},
          {"partition", partition.partition.number},
          {"role", to_text(partition.role)},
          {"assigned_to", text_or_null(partition.assigned_to)},
          {"head", {{"height", partition.head_height}, {"recorded_at", time_or_null(partition.head_recorded_us)}, {"writer", text_or_null(partition.head_writer)}}},
          {"void_records", std::move(voids)},
          {"own_void_records", partition.own_void},
          {"contention", {{"foreign_heads", partition.foreign_heads}, {"races_lost", partition.races_lost}, {"yields", partition.yields}, {"moved", partition.moved}}},
          {"hand_overs", std::move(hand_overs)}};
}

json of_member(const log::Member& member) {
  json partitions = json::array();
  for (const auto& partition : member.partitions) partitions.push_back({{"topic", partition.topic}, {"partition", partition.number}});
  return {{"name", member.member}, {"address", text_or_null(member.about)}, {"partitions", std::move(partitions)}};
}

// Who keeps which read model up. A group that cannot be asked is told without members, and then the others are not asked: each would wait
// as long.
json of_projections(const App& app) {
  json all = json::array();
  bool answers = true;
  for (const auto* projection : projections::all()) {
    json members;
    if (answers) {
      const auto known = app.cluster.members(app.settings.topic_prefix + ".projection." + std::string(projection->name()));
      answers = known.has_value();
      if (known) {
        members = json::array();
        for (const auto& member : *known) members.push_back(of_member(member));
      }
    }
    all.push_back({{"name", projection->name()}, {"members", std::move(members)}});
  }
  return all;
}

json of_forwarding(const ForwardStats& stats) {
  json outcomes = json::object();
  for (const auto outcome : kForwarded) outcomes[std::string(to_text(outcome))] = stats.outcomes[static_cast<std::size_t>(outcome)].load();
  return {{"given", std::move(outcomes)}, {"taken", stats.taken.load()}, {"refused", stats.refused.load()}};
}

}  // namespace

// As this node sees it: roles, void records, hand-overs and contention are its own.
Outcome show_cluster(const Request& request, App& app) {
  if (auto ok = Query(request.query).done(); !ok) return tl::unexpected(ok.error());
  const auto view = app.commands->cluster();
  json nodes = json::array(), partitions = json::array();
  for (const auto& node : view.nodes) nodes.push_back(of_node(node));
  for (const auto& partition : view.partitions) partitions.push_back(of_partition(partition));
  return json_reply(200, {{"node", view.self},
                          {"nodes_known_at", time_or_null(view.members_known_us.value_or(0))},
                          {"nodes", std::move(nodes)},
                          {"partitions", std::move(partitions)},
                          {"projections", of_projections(app)},
                          {"forwarding", of_forwarding(app.forwarding->stats())}})
      .with("Cache-Control", "no-store");
}

}  // namespace ledger::http
