#include "tests/search/sketch.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "log/sha256.hpp"
#include "tests/commands/words.hpp"

namespace ledger::search {

Sketch::Sketch(const World& world, std::vector<int> order) : world_(world), order_(std::move(order)), names_(world.cards.size(), -1) { bytes_.reserve(2048); }

// Most are small.
void Sketch::number(std::int64_t value) {
  if (value >= 0 && value < 255) {
    bytes_.push_back(static_cast<char>(value));
    return;
  }
  bytes_.push_back(static_cast<char>(255));
  bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
}

void Sketch::text(std::string_view value) {
  number(static_cast<std::int64_t>(value.size()));
  bytes_.append(value);
}

void Sketch::record(int card) {
  if (card < 0) return number(0);
  auto& name = names_[static_cast<std::size_t>(card)];
  if (name >= 0) return number(name);
  name = ++named_;
  number(name);
  const Card& one = world_.cards[static_cast<std::size_t>(card)];
  record(one.prev);
  number(static_cast<std::int64_t>(one.kind));
  number(one.command + 1);
  number(one.attempt);
  number(static_cast<std::int64_t>(one.version));
  number(place(one.node) + 1);
  number(one.node >= 0 && world_.nodes[static_cast<std::size_t>(one.node)]->life == one.life ? 1 : 0);
  number(one.reason);
  if (one.command < 0) text(one.word);
}

void Sketch::hash(const log::Hash& hash) { record(world_.card_of(hash)); }

void Sketch::writer(std::string_view name) {
  for (const auto& node : world_.nodes) {
    const std::string prefix = "node" + std::to_string(node->number) + ".";
    if (!name.starts_with(prefix)) continue;
    number(1 + place(node->number));
    return number(name == node->name() ? 1 : 0);
  }
  number(0);
}

void Sketch::wait(Mono at, Mono now) { number(at <= now ? 0 : std::chrono::duration_cast<std::chrono::milliseconds>(at - now).count()); }

Fingerprint Sketch::fingerprint() const {
  const log::Hash hash = log::Sha256().bytes(bytes_).finish();
  Fingerprint print{};
  std::memcpy(print.data(), hash.data(), sizeof print);
  return print;
}

namespace {

void sketch_clients(const Judge& judge, Sketch& into) {
  for (const auto& client : judge.clients) {
    into.number(client.accepted ? 1 : client.rejected ? 2 : 0);
    into.number(client.wrote ? static_cast<std::int64_t>(client.height) : 0);
    into.number(client.absent_through);
    into.number(static_cast<std::int64_t>(client.attempts.size()));
    for (const auto& attempt : client.attempts) {
      into.number(static_cast<std::int64_t>(attempt.told));
      into.number(attempt.told == Told::nothing && attempt.explained ? 1 : 0);
    }
  }
  for (const auto& asked : judge.inquiries) {
    into.number(asked.command);
    into.number(asked.told ? -1 : asked.attempts);
  }
  into.number(judge.was_cut ? 1 : 0);
}

void sketch_slice(const Result<HistorySlice, HistoryFault>& slice, Sketch& into) {
  if (!slice) return into.number(-2);
  into.number(slice->checkpoint ? slice->checkpoint->next_offset : -1);
  if (slice->checkpoint) into.hash(slice->checkpoint->head.hash);
}

void sketch_node(const Node& node, Sketch& into) {
  into.number(node.cursor.next);
  into.number(node.begun);
  into.number(node.cursor.lost ? 1 : 0);
  into.number(node.cut_told ? 1 : 0);
  into.number(node.misled ? 1 : 0);
  into.number(node.advanced ? 1 : 0);
  into.number(static_cast<std::int64_t>(node.taken));
  if (into.world().has(Budget::cuts) > 0 || into.world().judge.was_cut) {
    for (const int card : node.read) into.record(card);
  }
  into.number(node.load_question ? (node.load_question->answer ? 2 : 1) : 0);
  if (node.load_question && node.load_question->answer) sketch_slice(*node.load_question->answer, into);
  into.number(node.end_question ? (node.end_question->answer ? *node.end_question->answer + 2 : 1) : 0);
  into.number(node.read_at_question ? (node.read_at_question->answer ? 2 : 1) : 0);
  if (node.read_at_question) {
    into.number(node.read_at_question->asked);
    if (const auto& answer = node.read_at_question->answer; answer && *answer) {
      into.hash(*log::parse_hash((*answer)->record.header("ce_hash").value()));
      into.number((*answer)->append_time_ms);
    }
  }
  WriterAnatomy::sketch(*node.writer, node, into);
}

// Parcels are in the order sent, which for those of one life is the order that their reports are judged by; others are sorted.
void sketch_network(const World& world, Sketch& into) {
  std::vector<int> ghosts;
  for (const auto& parcel : world.parcels) {
    if (!parcel.reports) ghosts.push_back(parcel.card);
  }
  std::sort(ghosts.begin(), ghosts.end());
  into.number(static_cast<std::int64_t>(ghosts.size()));
  for (const int card : ghosts) into.record(card);
}

Fingerprint fingerprint_in(const World& world, const std::vector<int>& order) {
  Sketch sketch(world, order);
  for (const int card : world.stored) sketch.record(card);
  for (const auto at : world.appended) sketch.number(at);
  sketch.number(world.history_next);
  sketch.number(world.history_lost ? 1 : 0);
  if (world.history_lost) sketch.hash(world.history.checkpoint(words::kPartition)->head.hash);
  sketch.number(world.history_away ? 1 : 0);
  std::vector<const Node*> nodes(world.nodes.size());
  for (const auto& node : world.nodes) nodes[static_cast<std::size_t>(order[static_cast<std::size_t>(node->number)])] = node.get();
  for (const auto* node : nodes) sketch_node(*node, sketch);
  sketch_network(world, sketch);
  sketch_clients(world.judge, sketch);
  return sketch.fingerprint();
}

}  // namespace

Fingerprint fingerprint(const World& world) {
  std::vector<int> order(world.nodes.size());
  std::iota(order.begin(), order.end(), 0);
  Fingerprint least = fingerprint_in(world, order);
  while (world.scenario.alike && std::next_permutation(order.begin(), order.end())) least = std::min(least, fingerprint_in(world, order));
  return least;
}

Fingerprint with_budgets(Fingerprint print, const Budgets& left) {
  for (const auto budget : left) {
    for (auto& half : print) half = (half ^ budget) * 0x9E3779B97F4A7C15ULL;
    std::swap(print[0], print[1]);
    print[0] ^= print[1] >> 29U;
  }
  return print;
}

}  // namespace ledger::search
