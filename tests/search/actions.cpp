// What may happen next, and how it is told.
#include <algorithm>

#include "tests/search/world.hpp"

namespace ledger::search {

using Kind = Action::Kind;

namespace {

Action at(Kind kind, const Node& node, std::size_t what, std::size_t first) {
  return {kind, static_cast<std::uint8_t>(node.number), static_cast<std::uint8_t>(what), static_cast<std::uint8_t>(first)};
}

}  // namespace

std::vector<Action> World::possible() const {
  std::vector<Action> actions;
  for (const auto& node : nodes) possible_at(*node, actions);
  possible_in_network(actions);
  if (history_away) actions.push_back({.kind = Kind::find_history});
  if (!history_away && has(Budget::absences) > 0) actions.push_back({.kind = Kind::lose_history});
  if (has(Budget::history_reads) > 0 && !history_lost && history_next < static_cast<log::Offset>(stored.size())) actions.push_back({.kind = Kind::history_reads});
  if (has(Budget::cuts) > 0) {
    const auto least = static_cast<log::Offset>(1 + scenario.before.size());
    for (auto to = least; to < static_cast<log::Offset>(stored.size()); ++to) actions.push_back({.kind = Kind::cut, .what = static_cast<std::uint8_t>(to)});
  }
  return actions;
}

// What a node reads that has nothing to do is seen by nobody, so it may be read as late as just before something else happens there. Not
// when the log may be cut: then it matters what was read before.
bool World::reads_when_it_matters(const Node& node) const {
  const auto phase = node.writer->stats().phase.load();
  return node.writer->idle() && node.advanced && (phase == WriterStats::Phase::standby || phase == WriterStats::Phase::assigned) && !node.load_question &&
         !node.end_question && !node.read_at_question && has(Budget::cuts) == 0 && !judge.was_cut;
}

void World::possible_at(const Node& node, std::vector<Action>& actions) const {
  const auto& writer = *node.writer;
  const auto add = [&](Kind kind, std::size_t what = 0, std::size_t first = 0) { actions.push_back(at(kind, node, what, first)); };
  if (has(Budget::crashes) > 0) {
    if (scenario.restarts_at_beginning) add(Kind::crash);
    if (scenario.restarts_at_checkpoint) add(Kind::restart_at_checkpoint);
  }
  if (writer.halted()) return;
  const auto end = static_cast<log::Offset>(stored.size());
  const auto unread = node.cursor.lost || node.cursor.next > end ? 0 : static_cast<std::size_t>(end - node.cursor.next);
  const bool late = reads_when_it_matters(node);
  if (!node.cursor.lost && node.cursor.next > end) add(Kind::read, 1);
  for (std::size_t records = 1; !late && records <= std::min(unread, static_cast<std::size_t>(scenario.batch)); ++records) add(Kind::read, records);

  for (std::size_t first = 0; first <= (late ? unread : 0); ++first) {
    for (std::size_t command = 0; command < judge.clients.size(); ++command) {
      const auto& client = judge.clients[command];
      const auto& plan = scenario.commands[command];
      const bool knows = client.accepted || client.rejected;
      if (!knows && static_cast<int>(client.attempts.size()) < plan.attempts && (plan.node < 0 || plan.node == node.number) &&
          (!plan.in_turn || static_cast<int>(client.attempts.size()) == node.number)) {
        add(Kind::submit, command, first);
      }
      // Where a key of the server's may be asked for, an answer has said so.
      const bool asks = plan.key == Plan::Key::server ? !client.attempts.empty() && client.attempts.back().told == Told::open : !client.attempts.empty();
      if (asks && !knows && has(Budget::inquiries) > 0) add(Kind::inquire, command, first);
    }
    if (has(Budget::ticks) > 0) add(Kind::tick, 0, first);
    if (has(Budget::false_alarms) > 0) add(Kind::false_alarm, 0, first);
    if (has(Budget::assumptions) > 0) add(Kind::assume, 0, first);
    if (has(Budget::releases) > 0) add(Kind::release, 0, first);
    if (has(Budget::lapses) > 0) add(Kind::lapse, 0, first);
    if (has(Budget::history_tells) > 0) add(Kind::history_tells, 0, first);
  }
  if (node.taken != log::Taken::yes) add(Kind::take_appends);
  if (node.taken == log::Taken::yes && has(Budget::refusals) > 0) {
    for (const std::size_t how : {0U, 1U}) add(Kind::refuse_appends, how);
  }
  if (!node.cut_told) add(Kind::tell_cut);
  if (!node.advanced) add(Kind::advance);
  if (node.number < scenario.slow_histories && node.load_question) add(node.load_question->answer ? Kind::bring_load : Kind::serve_load);
  if (scenario.slow_log && node.end_question) add(node.end_question->answer ? Kind::bring_end : Kind::serve_end);
  if (scenario.slow_log && node.read_at_question) add(node.read_at_question->answer ? Kind::bring_read_at : Kind::serve_read_at);
}

void World::possible_in_network(std::vector<Action>& actions) const {
  for (std::size_t n = 0; n < parcels.size(); ++n) {
    const auto& parcel = parcels[n];
    const auto same = [&](const Parcel& other) { return other.card == parcel.card && !other.reports && !other.stored; };
    if (!parcel.reports && std::any_of(parcels.begin(), parcels.begin() + static_cast<std::ptrdiff_t>(n), same)) continue;
    const auto add = [&](Kind kind) { actions.push_back({kind, static_cast<std::uint8_t>(parcel.node), static_cast<std::uint8_t>(n), 0}); };
    if (parcel.stored) {
      add(Kind::report);
    } else {
      add(Kind::store);
      if (parcel.reports && has(Budget::late_reports) > 0) add(Kind::store_quietly);
      if (has(Budget::duplicates) > 0) add(Kind::duplicate);
      if (has(Budget::losses) > 0) add(Kind::lose);
    }
    if (parcel.reports && has(Budget::failures) > 0) add(Kind::fail);
  }
}

std::string World::words_for(const Action& action) const {
  std::string node = action.node < nodes.size() ? nodes[action.node]->name() : "";
  if (action.first > 0) node += " (which reads " + std::to_string(action.first) + " record(s) first)";
  const std::string what = std::to_string(action.what);
  const auto record = [&] { return "record " + std::to_string(parcels[action.what].card); };
  const auto command = [&] {
    const Plan& plan = scenario.commands[action.what];
    const auto kind = [&] {
      switch (plan.kind) {
        case Plan::Kind::add: return "add ";
        case Plan::Kind::remove: return "remove ";
        case Plan::Kind::claim: return "claim ";
        case Plan::Kind::ensure: return "ensure ";
      }
      return "";
    }();
    return "command " + what + " (" + kind + plan.stream + "/" + plan.word + (plan.key == Plan::Key::client ? ", with a key)" : ")");
  };
  switch (action.kind) {
    case Kind::submit: return "a client sends " + command() + " to " + node + ", attempt " + what + "." + std::to_string(judge.clients[action.what].attempts.size());
    case Kind::inquire: return "somebody asks " + node + " what became of command " + what;
    case Kind::read: return node + " reads " + what + " record(s) from offset " + std::to_string(nodes[action.node]->cursor.next);
    case Kind::store: return record() + " is stored and reported";
    case Kind::store_quietly: return record() + " is stored; the report is on its way";
    case Kind::report: return record() + " is reported to " + node;
    case Kind::duplicate: return record() + " is stored, and a copy stays on the way";
    case Kind::lose: return record() + " is lost";
    case Kind::fail: return node + " is told of an error about " + record();
    case Kind::tick: return "a unit of time passes at " + node;
    case Kind::crash: return node + " dies, and starts at the log's beginning";
    case Kind::restart_at_checkpoint: return node + " dies, and starts at the history's checkpoint";
    case Kind::assume: return "the partition is assigned to " + node;
    case Kind::release: return "the group wants the partition back from " + node;
    case Kind::lapse: return "the group has lost " + node;
    case Kind::history_reads: return "the history reads offset " + std::to_string(history_next);
    case Kind::history_tells: return node + " is told how far the history has come";
    case Kind::cut: return "THE LOG IS CUT to " + what + " records";
    case Kind::tell_cut: return node + " is told that the leader changed";
    case Kind::false_alarm: return node + " is told that the leader changed";
    case Kind::serve_load: return "the history answers " + node;
    case Kind::bring_load: return "the history's answer comes to " + node;
    case Kind::serve_end: return "the log tells its end";
    case Kind::bring_end: return "the log's end comes to " + node;
    case Kind::serve_read_at: return "the log gives the record at the head's offset";
    case Kind::bring_read_at: return "the record at the head's offset comes to " + node;
    case Kind::advance: return node + " draws consequences";
    case Kind::refuse_appends: return node + "'s sender takes nothing: " + (action.what == 0 ? "full" : "broken");
    case Kind::take_appends: return node + "'s sender takes again";
    case Kind::lose_history: return "the history goes away";
    case Kind::find_history: return "the history is back";
  }
  return "?";
}

}  // namespace ledger::search
