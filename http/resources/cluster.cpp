#include <algorithm>
#include <future>
#include <map>

#include "commands/command_side.hpp"
#include "domain/json.hpp"
#include "domain/time.hpp"
#include "http/nodes/forwarding.hpp"
#include "http/reading/query.hpp"
#include "http/resources/handlers.hpp"
#include "log/link_reader.hpp"
#include "projections/registry.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

constexpr double kUsPerMs = 1'000.0;

json time_or_null(std::int64_t us) { return us > 0 ? json(to_rfc3339(Timestamp(std::chrono::microseconds(us)))) : json(); }
json text_or_null(const std::string& text) { return text.empty() ? json() : json(text); }

constexpr const char* kOwnView = "/api/v1/cluster?scope=node";

enum class Scope : std::uint8_t { cluster, node };
constexpr std::pair<std::string_view, Scope> kScopes[] = {{"cluster", Scope::cluster}, {"node", Scope::node}};

// What each of the other nodes says of itself, asked at the same time; of one that does not answer nothing.
std::map<std::string, json> ask_others(const ClusterView& view, const Request& request, const App& app) {
  std::map<std::string, std::future<std::optional<std::string>>> asked;
  for (const auto& node : view.nodes) {
    if (!node.self) asked[node.peer.node] = std::async(std::launch::async, [&] { return app.forwarding->ask(node.peer, request, kOwnView); });
  }
  std::map<std::string, json> said;
  for (auto& [node, answer] : asked) {
    const auto body = answer.get();
    auto read = body ? json::parse(*body, nullptr, false) : json();
    if (read.is_object()) said[node] = std::move(read);
  }
  return said;
}

json of_node(const ClusterView::Node& node, bool answers) {
  return {{"name", node.peer.node}, {"address", node.peer.address}, {"self", node.self}, {"partitions", node.partitions}, {"answers", answers}};
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

// Who took a partition over, and who gave it, know how long that took.
void add_hand_overs(json& partitions, const json& other) {
  const auto its = other.value("partitions", json::array());
  for (auto& mine : partitions) {
    const auto theirs = std::find_if(its.begin(), its.end(), [&](const json& row) {
      return row.value("topic", "") == mine["topic"] && row.value("partition", -1) == mine["partition"];
    });
    if (theirs == its.end()) continue;
    auto& hand_overs = mine["hand_overs"];
    for (const auto& hand_over : theirs->value("hand_overs", json::array())) hand_overs.push_back(hand_over);
    std::stable_sort(hand_overs.begin(), hand_overs.end(), [](const json& a, const json& b) { return a.value("at", "") < b.value("at", ""); });
  }
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

// Roles, heads, void records and contention as this node sees them; hand-overs of all that answer, unless only its own are asked for.
Outcome show_cluster(const Request& request, App& app) {
  Query query(request.query);
  const auto scope = query.choice<Scope>("scope", kScopes).value_or(Scope::cluster);
  if (auto ok = query.done(); !ok) return tl::unexpected(ok.error());
  const auto view = app.commands->cluster();
  json nodes = json::array(), partitions = json::array();
  for (const auto& partition : view.partitions) partitions.push_back(of_partition(partition));
  std::map<std::string, json> others;
  if (scope == Scope::cluster) others = ask_others(view, request, app);
  for (const auto& node : view.nodes) {
    const auto said = others.find(node.peer.node);
    nodes.push_back(of_node(node, node.self || said != others.end()));
    if (said != others.end()) add_hand_overs(partitions, said->second);
  }
  return json_reply(200, {{"node", view.self},
                          {"nodes_known_at", time_or_null(view.members_known_us.value_or(0))},
                          {"nodes", std::move(nodes)},
                          {"partitions", std::move(partitions)},
                          {"projections", of_projections(app)},
                          {"forwarding", of_forwarding(app.forwarding->stats())}})
      .with("Cache-Control", "no-store");
}

}  // namespace ledger::http
