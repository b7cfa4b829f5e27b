#include "http/json/provenance_graph.hpp"

#include <set>
#include <string>
#include <string_view>

#include "domain/json.hpp"
#include "domain/replay/stream_kind.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;
using projections::HistoryEvent;

class Graph {
 public:
  const std::string& entity(const std::string& id, const std::string& label) { return node(id, "entity", label, std::nullopt); }
  const std::string& activity(const std::string& id, const std::string& label, Timestamp at) { return node(id, "activity", label, at); }
  const std::string& agent(const std::string& id) { return node("agent:" + id, "agent", id, std::nullopt); }
  void edge(const std::string& from, std::string_view relation, const std::string& to) {
    if (edges_seen_.insert(from + "\n" + std::string(relation) + "\n" + to).second) edges_.push_back({{"from", from}, {"relation", relation}, {"to", to}});
  }

  // What somebody did, from its event.
  const std::string& done(const HistoryEvent& event) {
    const auto& meta = event.event.meta;
    const auto& did = activity("event:" + meta.event_id, in_words(event.event), meta.occurred_at);
    edge(did, "wasAssociatedWith", agent(meta.actor));
    return did;
  }
  // What somebody said of something.
  void said(const std::string& id, const std::string& label, const std::string& of, const std::string& author) {
    edge(entity(id, label), "wasDerivedFrom", of);
    edge(id, "wasAttributedTo", agent(author));
  }

  json take() && { return {{"nodes", std::move(nodes_)}, {"edges", std::move(edges_)}}; }

 private:
  const std::string& node(const std::string& id, std::string_view kind, const std::string& label, const std::optional<Timestamp>& at) {
    const auto [seen, is_new] = nodes_seen_.insert(id);
    if (is_new) {
      nodes_.push_back({{"id", id}, {"kind", kind}, {"label", label}});
      if (at) nodes_.back()["at"] = to_rfc3339(*at);
    }
    return *seen;
  }

  json nodes_ = json::array(), edges_ = json::array();
  std::set<std::string> nodes_seen_, edges_seen_;
};

std::string id_of(const std::string& prompt, prompt::VersionNumber version) { return "version:" + prompt + "/" + std::to_string(version); }
std::string label_of(prompt::VersionNumber version, const std::string& of) { return "version " + std::to_string(version) + " of " + of; }

// The version, and what it was made from.
const std::string& put_version(Graph& graph, const Provenance& provenance) {
  const auto& prompt = provenance.execution.state.request.prompt;
  const auto& version = provenance.version;
  const auto& name = provenance.prompt_then.name.name.empty() ? provenance.prompt.name : provenance.prompt_then.name;
  const auto full = name.category + "/" + name.name;
  const auto& node = graph.entity(id_of(prompt, version.number), label_of(version.number, full));
  graph.edge(node, "wasGeneratedBy", graph.done(provenance.written));
  graph.edge(node, "wasAttributedTo", graph.agent(version.author));
  const auto source = version.rolled_back_to ? version.rolled_back_to : version.parent_version;
  if (source) graph.edge(node, "wasDerivedFrom", graph.entity(id_of(prompt, *source), label_of(*source, full)));
  if (version.number == 1 && provenance.prompt.forked_from) {
    const auto& [forked, number] = *provenance.prompt.forked_from;
    graph.edge(node, "wasDerivedFrom", graph.entity(id_of(forked, number), label_of(number, "prompt " + forked)));
  }
  return node;
}

}  // namespace

json provenance_graph(const Provenance& provenance) {
  Graph graph;
  const auto& [id, state] = provenance.execution;
  const auto& output = graph.entity("output:" + id, "the output of execution " + id);
  const auto& execution = graph.activity("execution:" + id, "execution " + id, state.created_at);
  const auto& version = put_version(graph, provenance);
  graph.edge(output, "wasGeneratedBy", execution);
  graph.edge(output, "wasDerivedFrom", version);
  graph.edge(execution, "used", version);
  graph.edge(execution, "wasAssociatedWith", graph.agent("model/" + state.request.model));
  if (provenance.recorded) graph.edge(execution, "wasAssociatedWith", graph.agent(provenance.recorded->event.meta.actor));
  if (provenance.published) graph.edge(graph.done(*provenance.published), "used", version);
  for (const auto& move : provenance.label_moves) graph.done(move);
  for (const auto& feedback : provenance.feedback) graph.said("feedback:" + feedback.id, "feedback", output, feedback.state.author);
  for (const auto& score : provenance.scores.entries) graph.said("score:" + score.id, "score \"" + score.state.given.name + "\"", output, score.state.author);
  for (const auto& score : provenance.judge_scores.entries) graph.said("judge-score:" + score.id, "scores by \"" + score.state.given.judge + "\"", version, score.state.author);
  return std::move(graph).take();
}

}  // namespace ledger::http
