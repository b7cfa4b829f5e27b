#include "tests/commands/stage.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace ledger::stage {

World::World() {
  REQUIRE(log.create({.name = kPartition.topic, .partitions = 1}, milliseconds(0)));
  put(log::make_genesis({"ledger-1", kPartition, 1}, "genesis", "founder", 1'000'000));
}

log::LinkReader World::truth() const {
  log::LinkReader reader(kPartition);
  for (const auto& arrival : log.stored(kPartition)) reader.read(arrival);
  return reader;
}

std::vector<HistoryRow> World::events() const {
  MemoryHistory all;
  for (const auto& arrival : log.stored(kPartition)) all.read(arrival);
  return all.rows(kPartition);
}

void World::history_reads(std::uint64_t through) {
  const auto stored = log.stored(kPartition);
  for (; history_next < static_cast<log::Offset>(stored.size()); ++history_next) {
    const auto checkpoint = history.checkpoint(kPartition);
    if (checkpoint && checkpoint->head.height >= through) return;
    history.read(stored[static_cast<std::size_t>(history_next)]);
  }
}

log::Head foreign_event(World& world, const RecordedEvent& event) {
  auto sealed = seal(event);
  log::Record record{event.partition_key, std::move(sealed.headers), std::move(sealed.value)};
  const auto head = log::link(record, world.truth().head(), "foreigner", 0);
  world.put(record);
  return head;
}

log::Head foreign_barrier(World& world) {
  auto record = log::make_barrier("foreign-barrier", "start");
  const auto head = log::link(record, world.truth().head(), "foreigner", 0);
  world.put(record);
  return head;
}

Stage::Stage(World& world, WriterSettings settings, std::string name) : world_(world), name_(std::move(name)) {
  now = {Mono{} + std::chrono::hours(1), 2'000'000};
  Outbox& outbox = *this;
  writer = std::make_unique<PartitionWriter>(settings, kPartition, name_, [this] { return name_ + "-" + std::to_string(next_event_++); }, outbox);
}

void Stage::start(const std::optional<log::Anchor>& from) {
  reader_ = world_.log.read({{kPartition, from ? from->next_offset : 0}});
  writer->start(from, now);
}

void Stage::stand_by(const std::optional<log::Anchor>& from) {
  start(from);
  read();
  REQUIRE(phase() == WriterStats::Phase::standby);
}

void Stage::make_ready(const std::optional<log::Anchor>& from) {
  stand_by(from);
  writer->assume(now);
  settle();
  REQUIRE(sent_.size() == 1);
  deliver(0);
  REQUIRE(phase() == WriterStats::Phase::assigned);
}

Ticket Stage::submit(Proposal proposal) {
  const Ticket ticket = next_ticket_++;
  writer->submit(ticket, std::move(proposal), deadlines());
  return ticket;
}

Ticket Stage::inquire(Inquiry inquiry) {
  const Ticket ticket = next_ticket_++;
  writer->inquire(ticket, std::move(inquiry), deadlines());
  return ticket;
}

void Stage::store(std::size_t n) { sent_.at(n).stored = world_.put(sent_.at(n).record); }

void Stage::report(std::size_t n) {
  sent_.at(n).reported = true;
  writer->on_report(sent_.at(n).id, {.offset = sent_.at(n).stored.value()}, now);
}

void Stage::fail(std::size_t n, const std::string& why) {
  sent_.at(n).reported = true;
  writer->on_report(sent_.at(n).id, {.error = why}, now);
}

void Stage::read(std::size_t records) {
  auto batch = reader_->poll(milliseconds(0), records);
  writer->on_records(batch.arrivals, now);
  for (const auto& disturbed : batch.disturbances) writer->on_disturbance(disturbed.what);
  settle();
}

void Stage::deliver(std::size_t n) {
  store(n);
  report(n);
  read();
}

void Stage::deliver_all() {
  settle();
  for (std::size_t n = 0; n < sent_.size(); ++n) {
    if (sent_[n].reported) continue;
    if (!sent_[n].stored) store(n);
    report(n);
    read();
  }
}

void Stage::report_all() {
  for (std::size_t n = 0; n < sent_.size(); ++n) {
    if (sent_[n].stored && !sent_[n].reported) report(n);
  }
  settle();
}

void Stage::settle() {
  for (int round = 0; round < 1'000; ++round) {
    writer->advance(now);
    const bool load_due = !loads.empty() && !withhold_loads;
    const bool end_due = ends_waiting > 0 && !withhold_ends;
    const bool read_due = !reads_at_waiting.empty() && !withhold_reads_at;
    if (!load_due && !end_due && !read_due) return;
    if (load_due) answer_load();
    if (end_due) answer_end();
    if (read_due) answer_read_at();
  }
  FAIL("the writer asks and asks");
}

void Stage::pass(milliseconds time) {
  const Mono until = now.mono + time;
  const auto move_to = [&](Mono at) {
    now.wall_us += std::chrono::duration_cast<std::chrono::microseconds>(at - now.mono).count();
    now.mono = at;
  };
  int idle_ticks = 0;
  while (true) {
    const Mono next = writer->halted() ? Mono::max() : writer->next_tick(now);
    if (next > until) break;
    idle_ticks = next > now.mono ? 0 : idle_ticks + 1;
    REQUIRE_MESSAGE(idle_ticks < 3, "the writer wants to tick again and again at the same moment");
    move_to(std::max(next, now.mono));
    ++ticks_;
    writer->on_tick(now);
    settle();
  }
  move_to(until);
}

const Outcome* Stage::answer(Ticket ticket) const {
  const auto found = answers_.find(ticket);
  return found == answers_.end() ? nullptr : &found->second;
}

void Stage::answer_load() {
  const auto query = std::move(loads.front());
  loads.erase(loads.begin());
  writer->on_loaded(world_.history.load(query, milliseconds(0)));
}

void Stage::answer_end() {
  --ends_waiting;
  if (questions_fail) {
    writer->on_end(tl::unexpected(log::LogFault{"no broker"}), now);
  } else {
    writer->on_end(world_.end() + markers, now);
  }
}

void Stage::answer_read_at() {
  const auto offset = reads_at_waiting.front();
  reads_at_waiting.erase(reads_at_waiting.begin());
  if (questions_fail) {
    writer->on_read_at(offset, tl::unexpected(log::LogFault{"no broker"}), now);
  } else {
    writer->on_read_at(offset, world_.log.at(kPartition, offset, milliseconds(0)), now);
  }
}

log::Taken Stage::append(const log::Record& record, SendId id) {
  if (taken == log::Taken::yes) sent_.push_back({id, record, std::nullopt, false});
  return taken;
}

void Stage::renew_sender() {
  ++renewals;
  if (taken == log::Taken::broken && renewal_mends) taken = log::Taken::yes;
}

void Stage::load(HistoryQuery query) {
  ++loads_asked;
  loads.push_back(std::move(query));
}

void Stage::ask_end() {
  ++ends_asked;
  ++ends_waiting;
}

void Stage::took_over(const std::string& from, std::chrono::microseconds length) { took_over_.emplace_back(from, length); }

void Stage::released(std::chrono::microseconds length) { released_.push_back(length); }

void Stage::check_assignment() { ++assignment_checks; }

bool Stage::yield_to(const std::string& to) {
  if (!reachable.contains(to)) return false;
  yields.push_back(to);
  return true;
}

void Stage::read_at(log::Offset offset) { reads_at_waiting.push_back(offset); }

void Stage::answer(Ticket ticket, Outcome outcome) {
  REQUIRE_MESSAGE(!answers_.contains(ticket), "a command is answered once");
  answers_.emplace(ticket, std::move(outcome));
  answered_.push_back(ticket);
}

std::string what(const log::Record& record) {
  if (const auto kind = record.header("ce_kind")) return std::string(*kind);
  const auto event = open(record.headers, record.value);
  return event ? words::word_of(*event) : "?";
}

}  // namespace ledger::stage
