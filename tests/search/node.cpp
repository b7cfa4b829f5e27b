#include <utility>

#include "tests/commands/words.hpp"
#include "tests/search/world.hpp"

namespace ledger::search {

using words::kPartition;

Node::Node(World& world_, int number_, int life_, const std::optional<log::Anchor>& from)
    : world(world_),
      number(number_),
      life(life_),
      now{Mono{} + std::chrono::hours(1), 2'000'000},
      begun(from ? from->head_offset + 1 : 0),
      cursor{kPartition, begun},
      writer(std::make_unique<PartitionWriter>(
          world_.scenario.settings, kPartition, name(), [this] { return name() + "-" + std::to_string(next_event++); }, static_cast<Outbox&>(*this))) {
  auto right_behind = from;
  if (right_behind) right_behind->next_offset = begun;
  writer->start(right_behind, now);
  settle();
}

std::string Node::name() const { return "node" + std::to_string(number) + "." + std::to_string(life); }

void Node::settle() {
  for (int round = 0; round < 100; ++round) {
    writer->advance(now);
    advanced = true;
    bool more = false;
    const bool slow_log = world.scenario.slow_log;
    if (load_question && number >= world.scenario.slow_histories) {
      const auto question = *std::exchange(load_question, std::nullopt);
      writer->on_loaded(world.history.load(question.asked, std::chrono::milliseconds(0)));
      more = true;
    }
    if (end_question && !slow_log) {
      end_question.reset();
      writer->on_end(world.storage.ends(kPartition)->end, now);
      more = true;
    }
    if (read_at_question && !slow_log) {
      const auto offset = std::exchange(read_at_question, std::nullopt)->asked;
      writer->on_read_at(offset, world.storage.at(kPartition, offset), now);
      more = true;
    }
    for (const SendId id : std::exchange(errors_due, {})) {
      writer->on_report(id, {.offset = {}, .error = "the sender was given up"}, now);
      more = true;
    }
    if (!more) return;
  }
  throw std::logic_error("the writer asks and asks");
}

log::Taken Node::append(const log::Record& record, SendId id) {
  if (taken != log::Taken::yes) return taken;
  world.parcels.push_back({world.card_for(record, number, life), number, true, id, std::nullopt});
  return taken;
}

// What the old sender holds may or may not arrive; its reports come as errors.
void Node::renew_sender() {
  tell(name() + " gives its sender up and makes a new one");
  if (taken == log::Taken::broken) taken = log::Taken::yes;
  for (auto& parcel : world.parcels) {
    if (parcel.node != number || !std::exchange(parcel.reports, false)) continue;
    errors_due.push_back(parcel.send);
  }
  std::erase_if(world.parcels, [](const Parcel& parcel) { return !parcel.reports && parcel.stored; });
}

void Node::load(HistoryQuery query) { load_question = {std::move(query), std::nullopt}; }
void Node::ask_end() { end_question = {0, std::nullopt}; }
void Node::read_at(log::Offset offset) { read_at_question = {offset, std::nullopt}; }
bool Node::yield_to(const std::string& writer_name) {
  return world.scenario.way_to_others && writer_name.starts_with("node") && !writer_name.starts_with("node" + std::to_string(number));
}

void Node::answer(Ticket ticket, Outcome outcome) {
  if (const auto asked = inquiries.extract(ticket); !asked.empty()) {
    world.judge.inquiry_answered(asked.mapped(), outcome);
  } else if (const auto attempt = attempts.extract(ticket); !attempt.empty()) {
    world.judge.answered(*this, attempt.mapped() / 16, attempt.mapped() % 16, outcome);
  } else {
    throw std::logic_error("a ticket was answered twice");
  }
}

}  // namespace ledger::search
