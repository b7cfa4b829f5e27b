#include <algorithm>
#include <set>

#include "tests/commands/words.hpp"
#include "tests/search/memory.hpp"
#include "tests/search/world.hpp"

namespace ledger::search {

using words::kPartition;

std::string_view to_text(Property property) {
  switch (property) {
    case Property::acknowledged_in_effect: return "acknowledged_in_effect";
    case Property::once: return "once";
    case Property::not_stored_never: return "not_stored_never";
    case Property::rejected_never: return "rejected_never";
    case Property::rejection_explained: return "rejection_explained";
    case Property::gapless: return "gapless";
    case Property::allowed: return "allowed";
    case Property::reads_not_older: return "reads_not_older";
    case Property::absent_never: return "absent_never";
    case Property::not_behind_his_back: return "not_behind_his_back";
    case Property::link_rule: return "link_rule";
    case Property::halts_when_cut: return "halts_when_cut";
    case Property::halts_only_when_cut: return "halts_only_when_cut";
    case Property::answered: return "answered";
    case Property::count_: break;
  }
  return "unknown";
}

bool Violations::any() const {
  return std::any_of(broken.begin(), broken.end(), [](bool one) { return one; });
}

void Judge::wrong(Property property, const std::string& why) {
  if (world_.scenario.only && *world_.scenario.only != property) return;
  violations_.broken[static_cast<std::size_t>(property)] = true;
  tell("VIOLATED " + std::string(to_text(property)) + ": " + why);
}

void Judge::begin(std::size_t commands) {
  clients.resize(commands);
  observer_ = log::LinkReader(kPartition);
}

void Judge::sent(int command, int attempt, int card) {
  auto& one = clients[static_cast<std::size_t>(command)].attempts[static_cast<std::size_t>(attempt)];
  if (one.told != Told::nothing) wrong(Property::not_behind_his_back, "a record is made for attempt " + std::to_string(command) + "." + std::to_string(attempt) + ", which was answered");
  one.first_record = card;
}

void Judge::stored(const log::Arrival& arrival, int card) {
  const Card& one = world_.cards[static_cast<std::size_t>(card)];
  const bool follows = one.prev == plain_head_;
  if (follows) plain_head_ = card;
  const auto verdict = observer_.read(arrival);
  const bool counted = std::holds_alternative<log::Counts>(verdict);
  if (counted) counts(card);
  if (counted != follows) wrong(Property::link_rule, "record " + std::to_string(card) + (counted ? " counts, and does not follow the head" : " follows the head, and does not count"));
  tell("  at offset " + std::to_string(arrival.offset) + (counted ? ", where it counts" : ", void"));
}

void Judge::cut() {
  was_cut = true;
  ++cuts;
  chain.clear();
  observer_ = log::LinkReader(kPartition);
  plain_head_ = -1;
  for (std::size_t offset = 0; offset < world_.stored.size(); ++offset) {
    const int card = world_.stored[offset];
    const auto verdict = observer_.read({kPartition, static_cast<log::Offset>(offset), 0, *world_.cards[static_cast<std::size_t>(card)].record});
    if (std::holds_alternative<log::Counts>(verdict)) {
      chain.push_back(card);
      plain_head_ = card;
    }
  }
}

bool Judge::holds(const std::string& word) const {
  bool in = false;
  for (const int card : chain) {
    const Card& one = world_.cards[static_cast<std::size_t>(card)];
    if (one.kind == Card::Kind::event && one.word == word) in = !one.removal;
  }
  return in;
}

bool Judge::counts_at(log::Offset offset) const {
  log::LinkReader reader(kPartition);
  for (log::Offset at = 0; at <= offset; ++at) {
    const auto verdict = reader.read({kPartition, at, 0, *world_.cards[static_cast<std::size_t>(world_.stored[static_cast<std::size_t>(at)])].record});
    if (at == offset) return std::holds_alternative<log::Counts>(verdict);
  }
  return false;
}

bool Judge::in_chain(int command) const {
  return std::any_of(chain.begin(), chain.end(), [&](int card) { return world_.cards[static_cast<std::size_t>(card)].command == command; });
}

// By what is in effect now. For `ensure` it is the other answer that has no event.
bool Judge::would_reject(int command) const {
  const Plan& plan = world_.scenario.commands[static_cast<std::size_t>(command)];
  const std::string word = plan.stream + "/" + plan.word;
  switch (plan.kind) {
    case Plan::Kind::add:
    case Plan::Kind::ensure: return holds(word);
    case Plan::Kind::remove: return !holds(word);
    case Plan::Kind::claim:
      return std::any_of(chain.begin(), chain.end(), [&](int card) {
        const Card& one = world_.cards[static_cast<std::size_t>(card)];
        return one.claim && one.word.ends_with("/" + plan.word);
      });
  }
  return false;
}

// One more record is in effect, by the eyes of the production code's reader.
void Judge::counts(int card) {
  const Card& one = world_.cards[static_cast<std::size_t>(card)];
  if (one.kind == Card::Kind::event) {
    std::uint64_t version = 0;
    for (const int before : chain) {
      const Card& other = world_.cards[static_cast<std::size_t>(before)];
      if (other.kind != Card::Kind::event) continue;
      if (other.word.substr(0, other.word.find('/')) == one.word.substr(0, one.word.find('/'))) version = other.version;
      if (one.claim && other.claim && other.word.substr(other.word.find('/')) == one.word.substr(one.word.find('/'))) {
        wrong(Property::allowed, one.word + " is claimed, and was claimed before");
      }
    }
    if (one.version != version + 1) wrong(Property::gapless, "version " + std::to_string(one.version) + " follows version " + std::to_string(version));
    if (!one.claim && holds(one.word) != one.removal) wrong(Property::allowed, one.word + (one.removal ? " is removed, and was not there" : " is added, and was there"));
  }
  if (one.command >= 0) {
    const auto& client = clients[static_cast<std::size_t>(one.command)];
    const auto& attempt = client.attempts[static_cast<std::size_t>(one.attempt)];
    const std::string name = "attempt " + std::to_string(one.command) + "." + std::to_string(one.attempt);
    if (in_chain(one.command)) wrong(Property::once, "command " + std::to_string(one.command) + " takes effect twice");
    if (!was_cut && attempt.told == Told::not_stored) wrong(Property::not_stored_never, name + " was answered 'not stored', and takes effect");
    if (!was_cut && (attempt.told == Told::rejected || client.rejected)) wrong(Property::rejected_never, name + " takes effect, and its client has heard a rejection");
    if (!was_cut && one.attempt < client.absent_through) wrong(Property::absent_never, name + " takes effect, and an inquiry has told that it never would");
  }
  chain.push_back(card);
  refresh_explanations();
}

void Judge::refresh_explanations() {
  for (std::size_t command = 0; command < clients.size(); ++command) {
    const bool explained = would_reject(static_cast<int>(command));
    for (auto& attempt : clients[command].attempts) attempt.explained |= attempt.told == Told::nothing && explained;
  }
}

void Judge::answered(Node& node, int command, int attempt, const Outcome& outcome) {
  auto& client = clients[static_cast<std::size_t>(command)];
  auto& one = client.attempts[static_cast<std::size_t>(attempt)];
  const bool latest = attempt + 1 == static_cast<int>(client.attempts.size());
  const std::string name = "attempt " + std::to_string(command) + "." + std::to_string(attempt);
  const bool blind = was_cut && (node.blind() || node.misled);
  if (const auto* accepted = std::get_if<Accepted>(&outcome)) {
    tell("  " + node.name() + " answers " + name + ": accepted at height " + std::to_string(accepted->position.height));
    one.told = Told::accepted;
    client.accepted = true;
    if (accepted->event) {
      client.wrote = true;
      client.height = accepted->position.height;
      const auto height = static_cast<std::size_t>(accepted->position.height);
      const bool there = height < chain.size() && world_.cards[static_cast<std::size_t>(chain[height])].command == command &&
                         world_.cards[static_cast<std::size_t>(chain[height])].version == accepted->version;
      if (!there && !blind) wrong(Property::acknowledged_in_effect, name + " is acknowledged, and is not in effect where it was said to be");
    } else if (!one.explained && !was_cut) {
      wrong(Property::rejection_explained, name + " is told that it was so already, and since it was sent it never was");
    }
  } else if (const auto* rejection = std::get_if<Rejection>(&outcome)) {
    tell("  " + node.name() + " answers " + name + ": rejected, " + rejection->detail);
    one.told = Told::rejected;
    if (!one.explained && !was_cut) wrong(Property::rejection_explained, name + " is rejected for a state that has not been since it was sent");
    if (latest && !client.accepted) {
      client.rejected = true;
      if (in_chain(command) && !blind) wrong(Property::rejected_never, name + " is rejected, and its command is in effect");
    }
  } else if (const auto* not_stored = std::get_if<NotStored>(&outcome)) {
    tell("  " + node.name() + " answers " + name + ": not stored, " + not_stored->detail);
    one.told = Told::not_stored;
    const bool there = std::any_of(chain.begin(), chain.end(), [&](int card) {
      const Card& stored = world_.cards[static_cast<std::size_t>(card)];
      return stored.command == command && stored.attempt == attempt;
    });
    if (there && !was_cut) wrong(Property::not_stored_never, name + " is answered 'not stored', and is in effect");
  } else {
    tell("  " + node.name() + " answers " + name + ": open");
    one.told = Told::open;
  }
}

void Judge::inquiry_answered(int inquiry, const Outcome& outcome) {
  auto& asked = inquiries[static_cast<std::size_t>(inquiry)];
  asked.told = true;
  auto& client = clients[static_cast<std::size_t>(asked.command)];
  const std::string name = "an inquiry about command " + std::to_string(asked.command);
  if (const auto* absent = std::get_if<Absent>(&outcome)) {
    tell("  " + name + " is answered: absent");
    client.absent_through = std::max(client.absent_through, asked.attempts);
    for (std::size_t height = 0; height < chain.size() && !was_cut; ++height) {
      const Card& one = world_.cards[static_cast<std::size_t>(chain[height])];
      if (one.command == asked.command && (one.attempt < asked.attempts || height <= absent->position.height)) {
        wrong(Property::absent_never, name + " is answered 'absent', and it is in effect");
      }
    }
  } else if (const auto* accepted = std::get_if<Accepted>(&outcome)) {
    tell("  " + name + " is answered: accepted");
    const auto height = static_cast<std::size_t>(accepted->position.height);
    if (!was_cut && (height >= chain.size() || world_.cards[static_cast<std::size_t>(chain[height])].command != asked.command)) {
      wrong(Property::acknowledged_in_effect, name + " is answered 'accepted', and it is not in effect there");
    }
  } else {
    tell("  " + name + " is answered: open");
  }
}

// Whoever reads at a position that was told finds there what was told. The history reads by the same rule, later, from where it stopped.
void Judge::look_at_histories() {
  const auto checkpoint = world_.history.checkpoint(kPartition);
  if (was_cut || !checkpoint) return;
  for (std::size_t command = 0; command < clients.size(); ++command) {
    const auto& client = clients[command];
    if (!client.accepted || !client.wrote || client.height > checkpoint->head.height) continue;
    const auto rows = world_.history.rows(kPartition);
    const bool there = std::any_of(rows.begin(), rows.end(), [&](const HistoryRow& row) { return row.height == client.height && row.event.command_id == key_of(static_cast<int>(command)); });
    if (!there) wrong(Property::reads_not_older, "the history has come to height " + std::to_string(checkpoint->head.height) + " and does not hold command " + std::to_string(command) + ", acknowledged at " + std::to_string(client.height));
  }
}

void Judge::look_at_nodes() {
  for (const auto& node : world_.nodes) {
    const auto& writer = *node->writer;
    if (!was_cut) {
      if (writer.halted()) wrong(Property::halts_only_when_cut, node->name() + " halts: " + writer.halt_reason());
      continue;
    }
    if (node->blind() || node->misled || writer.halted() || !node->advanced) continue;
    const auto& anchor = writer.anchor();
    if (anchor.head_offset < 0) continue;
    const auto at = static_cast<std::size_t>(anchor.head_offset);
    const auto card = [&](std::size_t offset) -> const Card& { return world_.cards[static_cast<std::size_t>(world_.stored[offset])]; };
    if (at >= world_.stored.size() || card(at).hash != anchor.head.hash) {
      wrong(Property::halts_when_cut, node->name() + " knows of the cut, and goes on above a head that is gone");
      continue;
    }
    for (std::size_t offset = at + 1; offset < std::min(world_.stored.size(), static_cast<std::size_t>(anchor.next_offset)); ++offset) {
      if (card(offset).prev == world_.stored[at]) wrong(Property::halts_when_cut, node->name() + " knows of the cut, and has missed what counts at offset " + std::to_string(offset));
    }
  }
}

void Judge::nobody_waits() {
  for (const auto& node : world_.nodes) {
    for (const auto& [ticket, attempt] : node->attempts) wrong(Property::answered, "attempt " + std::to_string(attempt / 16) + "." + std::to_string(attempt % 16) + " is never answered");
    for (const auto& [ticket, inquiry] : node->inquiries) wrong(Property::answered, "inquiry " + std::to_string(inquiry) + " is never answered");
    if (!was_cut && !(node->writer->ready() && node->writer->idle())) wrong(Property::answered, node->name() + " never comes to rest");
  }
}

}  // namespace ledger::search
