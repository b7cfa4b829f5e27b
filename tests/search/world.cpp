#include "tests/search/world.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "tests/commands/words.hpp"
#include "tests/search/memory.hpp"

namespace ledger::search {

using words::kPartition;

namespace {

std::vector<std::string>* sentences_ = nullptr;

std::string text_of(const log::Record& record, std::string_view header) { return std::string(record.header(header).value_or("")); }

}  // namespace

void tell_to(std::vector<std::string>* sentences) { sentences_ = sentences; }
bool telling() { return sentences_ != nullptr; }
void tell(const std::string& sentence) {
  if (!telling()) return;
  const Outside outside;
  sentences_->emplace_back(sentence.c_str());
}

std::string key_of(int command) { return "key" + std::to_string(command); }

Proposal proposal_for(const Plan& plan, int command, int attempt) {
  Proposal proposal = [&] {
    switch (plan.kind) {
      case Plan::Kind::add: return words::add(plan.stream, plan.word);
      case Plan::Kind::remove: return words::remove(plan.stream, plan.word);
      case Plan::Kind::claim: return words::claim(plan.stream, plan.word);
      case Plan::Kind::ensure: return words::ensure(plan.stream, plan.word);
    }
    throw std::logic_error("no such kind");
  }();
  proposal.meta.correlation_id = std::to_string(command) + "." + std::to_string(attempt);
  proposal.key = CommandKey{key_of(command), "same"};
  proposal.key->made_by_server = plan.key != Plan::Key::client;
  proposal.key->once = plan.key == Plan::Key::server_once;
  return proposal;
}

World::World(const Scenario& scenario_) : scenario(scenario_), left(scenario_.budgets()), judge(*this) { begin(); }

// A genesis, and what is in effect already; everybody has read it, and so has the history. Only the history has read what was cut away since.
void World::begin() {
  storage.create({.name = kPartition.topic, .partitions = 1});
  judge.begin(scenario.commands.size());
  put(card_for(log::make_genesis({"ledger-1", kPartition, 1}, "genesis", "founder", 1'000'000), -1, 0));
  std::map<std::string, std::uint64_t> versions;
  std::vector<Plan> written = scenario.before;
  written.insert(written.end(), scenario.lost.begin(), scenario.lost.end());
  for (const auto& plan : written) {
    auto event = words::added(plan.stream, ++versions[plan.stream], plan.word);
    if (plan.kind == Plan::Kind::claim) event.tags.push_back("word/" + plan.word);
    auto sealed = seal(event);
    log::Record record{event.partition_key, std::move(sealed.headers), std::move(sealed.value)};
    const Card& head = cards[static_cast<std::size_t>(stored.back())];
    log::link(record, {head.hash, head.height, 0}, "founder", 1'000'000 + static_cast<std::int64_t>(head.height) + 1);
    put(card_for(record, -1, 0));
  }
  for (const auto& arrival : storage.all(kPartition)) history.read(arrival);
  history_next = static_cast<log::Offset>(stored.size());
  if (!scenario.lost.empty()) cut(static_cast<log::Offset>(1 + scenario.before.size()));
  for (int number = 0; number < scenario.nodes; ++number) {
    boot(number, 0, std::nullopt);
    for (std::size_t n = 0; n < stored.size(); ++n) read(*nodes.back(), 1);
  }
}

void World::boot(int number, int life, const std::optional<log::Anchor>& from) {
  const auto place = static_cast<std::size_t>(number);
  if (place == nodes.size()) nodes.emplace_back();
  nodes[place].reset();
  nodes[place] = std::make_unique<Node>(*this, number, life, from);
}

int World::card_of(const log::Hash& hash) const {
  const auto found = std::find_if(cards.begin(), cards.end(), [&](const Card& card) { return card.hash == hash; });
  return found == cards.end() ? -1 : static_cast<int>(found - cards.begin());
}

int World::card_for(const log::Record& record, int node, int life) {
  const auto hash = log::parse_hash(record.header("ce_hash").value_or(""));
  if (!hash) throw std::logic_error("a record without a hash was sent");
  if (const int known = card_of(*hash); known >= 0) {
    tell("  sends record " + std::to_string(known) + " again");
    return known;
  }
  Card card;
  card.hash = *hash;
  card.prev = card_of(log::parse_hash(record.header("ce_prevhash").value_or("")).value_or(log::Hash{}));
  card.height = std::stoull(text_of(record, "ce_height"));
  card.node = node;
  card.life = life;
  card.record = std::make_shared<const log::Record>(record);
  const int number = static_cast<int>(cards.size());
  std::string told = "  record " + std::to_string(number) + " on " + std::to_string(card.prev);
  if (const auto kind = record.header("ce_kind")) {
    card.kind = *kind == "genesis" ? Card::Kind::genesis : Card::Kind::barrier;
    card.reason = text_of(record, "ce_barrierreason").append(" ").front();
    told += ": a barrier, " + text_of(record, "ce_barrierreason");
  } else {
    const auto event = open(record.headers, record.value);
    card.kind = Card::Kind::event;
    card.version = event->sequence;
    card.word = event->stream.id + "/" + words::word_of(*event);
    card.removal = words::is_removal(*event);
    card.claim = !event->tags.empty();
    if (const auto& cause = event->meta.correlation_id; !cause.empty()) {
      card.command = std::stoi(cause);
      card.attempt = std::stoi(cause.substr(cause.find('.') + 1));
      judge.sent(card.command, card.attempt, number);
    }
    told += ": command " + event->meta.correlation_id + (card.removal ? ", removes " : ", adds ") + card.word + " as version " + std::to_string(card.version);
  }
  if (node >= 0) tell(told);
  cards.push_back(std::move(card));
  return number;
}

void World::put(int card) {
  const auto& record = *cards[static_cast<std::size_t>(card)].record;
  const std::int64_t now = 1 + judge.cuts;
  const auto offset = storage.store(kPartition, record, now).value();
  stored.push_back(card);
  appended.push_back(now);
  judge.stored({kPartition, offset, now, record}, card);
}

bool World::spend(Budget budget) {
  auto& rest = left[static_cast<std::size_t>(budget)];
  if (rest == 0) return false;
  --rest;
  return true;
}

template <class Do>
void World::then_settle(Node& node, Do action) {
  action(*node.writer);
  if (scenario.lazy) {
    node.advanced = false;
  } else {
    node.settle();
  }
}

void World::submit(Node& node, int command) {
  auto& client = judge.clients[static_cast<std::size_t>(command)];
  const int attempt = static_cast<int>(client.attempts.size());
  client.attempts.push_back({Told::nothing, judge.would_reject(command), -1});
  const Ticket ticket = node.next_ticket++;
  node.attempts.emplace(ticket, command * 16 + attempt);
  const Deadlines deadlines{node.now.mono + scenario.decide_units * kUnit, node.now.mono + scenario.answer_units * kUnit};
  then_settle(node, [&](PartitionWriter& writer) {
    writer.submit(ticket, proposal_for(scenario.commands[static_cast<std::size_t>(command)], command, attempt), deadlines);
  });
}

void World::inquire(Node& node, int command) {
  const Ticket ticket = node.next_ticket++;
  node.inquiries.emplace(ticket, static_cast<int>(judge.inquiries.size()));
  judge.inquiries.push_back({command, static_cast<int>(judge.clients[static_cast<std::size_t>(command)].attempts.size())});
  const Deadlines deadlines{node.now.mono + scenario.decide_units * kUnit, node.now.mono + scenario.answer_units * kUnit};
  then_settle(node, [&](PartitionWriter& writer) { writer.inquire(ticket, words::inquiry(key_of(command)), deadlines); });
}

void World::read(Node& node, int records) {
  std::vector<memory::Cursor> cursors{node.cursor};
  const auto batch = storage.take(cursors, std::chrono::milliseconds(0), static_cast<std::size_t>(records));
  node.cursor = cursors.front();
  for (const auto& arrival : batch.arrivals) node.read.push_back(stored[static_cast<std::size_t>(arrival.offset)]);
  then_settle(node, [&](PartitionWriter& writer) {
    const auto head = writer.anchor().head;
    writer.on_records(batch.arrivals, node.now);
    if (judge.was_cut && node.blind() && writer.anchor().head != head && !judge.counts_at(writer.anchor().head_offset)) node.misled = true;
    for (const auto& disturbed : batch.disturbances) writer.on_disturbance(disturbed.what);
  });
}

void World::store(std::size_t place, bool at_once) {
  auto& parcel = parcels[place];
  parcel.stored = static_cast<log::Offset>(stored.size());
  put(parcel.card);
  if (at_once && parcel.reports) report(place);
  forget_settled_parcels();
}

void World::report(std::size_t place) {
  auto& parcel = parcels[place];
  parcel.reports = false;
  auto& node = *nodes[static_cast<std::size_t>(parcel.node)];
  const SendId send = parcel.send;
  const log::Offset offset = *parcel.stored;
  then_settle(node, [&](PartitionWriter& writer) { writer.on_report(send, {.offset = offset, .error = {}}, node.now); });
}

void World::forget_settled_parcels() {
  std::erase_if(parcels, [](const Parcel& parcel) { return !parcel.reports && parcel.stored; });
}

void World::history_reads() {
  history.read(storage.at(kPartition, history_next)->value());
  ++history_next;
}

void World::be_away(bool away) {
  history_away = away;
  history.fail(away ? "away" : "");
}

void World::cut(log::Offset to) {
  storage.truncate(kPartition, to);
  stored.resize(static_cast<std::size_t>(to));
  appended.resize(static_cast<std::size_t>(to));
  // Its sender hears nothing of it, and sends it again.
  for (auto& parcel : parcels) {
    if (parcel.stored && *parcel.stored >= to) parcel.stored.reset();
  }
  if (history_next > to) history_lost = true;
  for (auto& node : nodes) node->cut_told = node->cut_told && node->cursor.next <= to;
  judge.cut();
}

void World::crash(Node& node, bool at_checkpoint) {
  for (const auto& [ticket, attempt] : node.attempts) {
    judge.clients[static_cast<std::size_t>(attempt / 16)].attempts[static_cast<std::size_t>(attempt % 16)].told = Told::gone;
  }
  for (auto& parcel : parcels) {
    if (parcel.node == node.number) parcel.reports = false;
  }
  forget_settled_parcels();
  boot(node.number, node.life + 1, at_checkpoint ? history.checkpoint(kPartition) : std::nullopt);
}

void World::apply(const Action& action) {
  if (telling()) tell(words_for(action));
  Node* node = action.node < nodes.size() ? nodes[action.node].get() : nullptr;
  if (action.first > 0) read(*node, action.first);
  const auto what = static_cast<std::size_t>(action.what);
  switch (action.kind) {
    case Action::Kind::submit: submit(*node, action.what); break;
    case Action::Kind::inquire:
      spend(Budget::inquiries);
      inquire(*node, action.what);
      break;
    case Action::Kind::read: read(*node, action.what); break;
    case Action::Kind::store: store(what, true); break;
    case Action::Kind::store_quietly:
      spend(Budget::late_reports);
      store(what, false);
      break;
    case Action::Kind::report:
      report(what);
      forget_settled_parcels();
      break;
    case Action::Kind::duplicate:
      spend(Budget::duplicates);
      put(parcels[what].card);
      break;
    case Action::Kind::lose:
    case Action::Kind::fail: {
      spend(action.kind == Action::Kind::lose ? Budget::losses : Budget::failures);
      const Parcel parcel = parcels[what];
      parcels[what].reports = false;
      if (action.kind == Action::Kind::lose) parcels.erase(parcels.begin() + action.what);
      forget_settled_parcels();
      if (!parcel.reports) break;
      auto& sender = *nodes[static_cast<std::size_t>(parcel.node)];
      then_settle(sender, [&](PartitionWriter& writer) { writer.on_report(parcel.send, {.offset = {}, .error = "timed out"}, sender.now); });
      break;
    }
    case Action::Kind::tick:
      spend(Budget::ticks);
      node->now.mono += kUnit;
      then_settle(*node, [&](PartitionWriter& writer) { writer.on_tick(node->now); });
      break;
    case Action::Kind::crash:
    case Action::Kind::restart_at_checkpoint:
      spend(Budget::crashes);
      crash(*node, action.kind == Action::Kind::restart_at_checkpoint);
      break;
    case Action::Kind::assume:
      spend(Budget::assumptions);
      then_settle(*node, [&](PartitionWriter& writer) { writer.assume(node->now); });
      break;
    case Action::Kind::release:
      spend(Budget::releases);
      then_settle(*node, [&](PartitionWriter& writer) { writer.release(node->now); });
      break;
    case Action::Kind::lapse:
      spend(Budget::lapses);
      then_settle(*node, [&](PartitionWriter& writer) { writer.lose(node->now); });
      break;
    case Action::Kind::history_reads:
      spend(Budget::history_reads);
      history_reads();
      break;
    case Action::Kind::history_tells:
      spend(Budget::history_tells);
      then_settle(*node, [&](PartitionWriter& writer) { writer.on_history_checkpoint(*history.checkpoint(kPartition)); });
      break;
    case Action::Kind::cut:
      spend(Budget::cuts);
      cut(action.what);
      break;
    case Action::Kind::tell_cut:
      node->cut_told = true;
      then_settle(*node, [&](PartitionWriter& writer) { writer.on_disturbance(log::Disturbance::leader_changed); });
      break;
    case Action::Kind::false_alarm:
      spend(Budget::false_alarms);
      then_settle(*node, [&](PartitionWriter& writer) { writer.on_disturbance(log::Disturbance::leader_changed); });
      break;
    case Action::Kind::serve_load: node->load_question->answer = history.load(node->load_question->asked, std::chrono::milliseconds(0)); break;
    case Action::Kind::bring_load: {
      auto slice = std::move(*std::exchange(node->load_question, std::nullopt)->answer);
      then_settle(*node, [&](PartitionWriter& writer) { writer.on_loaded(std::move(slice)); });
      break;
    }
    case Action::Kind::serve_end: node->end_question->answer = storage.ends(kPartition)->end; break;
    case Action::Kind::bring_end: {
      const auto end = *std::exchange(node->end_question, std::nullopt)->answer;
      then_settle(*node, [&](PartitionWriter& writer) { writer.on_end(end, node->now); });
      break;
    }
    case Action::Kind::serve_read_at: node->read_at_question->answer = storage.at(kPartition, node->read_at_question->asked).value(); break;
    case Action::Kind::bring_read_at: {
      const auto question = *std::exchange(node->read_at_question, std::nullopt);
      then_settle(*node, [&](PartitionWriter& writer) { writer.on_read_at(question.asked, *question.answer, node->now); });
      break;
    }
    case Action::Kind::advance: node->settle(); break;
    case Action::Kind::refuse_appends:
      spend(Budget::refusals);
      node->taken = action.what == 0 ? log::Taken::full : log::Taken::broken;
      break;
    case Action::Kind::take_appends: node->taken = log::Taken::yes; break;
    case Action::Kind::lose_history:
      spend(Budget::absences);
      be_away(true);
      break;
    case Action::Kind::find_history: be_away(false); break;
  }
  judge.look_at_histories();
  judge.look_at_nodes();
}

// Rounds of everything that is good, until nobody waits; a violation if somebody does for ever.
void World::come_to_rest() {
  tell("(faults end, and everything arrives)");
  be_away(false);
  const auto quiet = [&] {
    return parcels.empty() && std::all_of(nodes.begin(), nodes.end(), [](const auto& node) {
             return node->attempts.empty() && node->inquiries.empty() && (node->writer->halted() || (node->writer->ready() && node->writer->idle()));
           });
  };
  for (int round = 0; round < 60 && !quiet(); ++round) {
    for (auto& node : nodes) {
      node->taken = log::Taken::yes;
      if (!std::exchange(node->cut_told, true)) node->writer->on_disturbance(log::Disturbance::leader_changed);
      node->settle();
    }
    while (!parcels.empty()) {
      const bool here = parcels.front().stored.has_value();
      if (here) {
        report(0);
        forget_settled_parcels();
      } else {
        store(0, true);
      }
    }
    while (!history_lost && history_next < static_cast<log::Offset>(stored.size())) history_reads();
    for (auto& node : nodes) {
      if (node->cursor.next != static_cast<log::Offset>(stored.size()) && !node->cursor.lost) read(*node, 1'000);
      if (node->load_question) node->writer->on_loaded(history.load(std::exchange(node->load_question, std::nullopt)->asked, std::chrono::milliseconds(0)));
      if (std::exchange(node->end_question, std::nullopt)) node->writer->on_end(storage.ends(kPartition)->end, node->now);
      if (node->read_at_question) {
        const auto offset = std::exchange(node->read_at_question, std::nullopt)->asked;
        node->writer->on_read_at(offset, storage.at(kPartition, offset), node->now);
      }
      if (!history_lost) node->writer->on_history_checkpoint(*history.checkpoint(kPartition));
      node->settle();
      node->now.mono += kUnit / 4;
      node->writer->on_tick(node->now);
      node->settle();
    }
    judge.look_at_histories();
    judge.look_at_nodes();
  }
  judge.nobody_waits();
}

}  // namespace ledger::search
