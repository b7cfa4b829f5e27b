#include "tests/log_reader/mixed_log.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <variant>

namespace ledger::log_reader {

namespace {

constexpr std::int64_t kBeginUs = 1'767'323'045'000'006;
constexpr const char* kWriter = "node-1/0190a1b2-0000-7000-8000-0000000000b1";

}  // namespace

MixedLog::MixedLog(log::PartitionId partition, std::int32_t partition_count, std::uint32_t seed)
    : partition_{partition}, partition_count_{partition_count}, random_{seed}, reader_{std::move(partition)} {}

std::vector<log::Record> MixedLog::make(std::size_t count) {
  while (made_.size() < count) {
    made_.push_back(next());
    if (halted_) continue;               // nobody reads what follows
    const auto offset = static_cast<log::Offset>(made_.size()) - 1;
    const auto verdict = reader_.read({.partition = partition_, .offset = offset, .append_time_ms = 0, .record = made_.back()});
    halted_ = std::holds_alternative<log::Halt>(verdict);
  }
  return made_;
}

log::Record MixedLog::next() {
  if (one_in(10)) return foreign();
  if (!made_.empty() && one_in(8)) return made_[below(made_.size())];
  if (!reader_.has_head()) {
    auto record = one_in(3) ? event(anywhere()) : genesis();
    return one_in(2) ? changed(std::move(record)) : record;
  }
  auto record = one_in(4) ? event(anywhere()) : event(reader_.head());
  return one_in(12) ? changed(std::move(record)) : record;
}

log::Record MixedLog::genesis() {
  const log::Genesis says{.ledger = "0190a1b2-0000-7000-8000-000000000001", .partition = partition_, .partition_count = partition_count_};
  return log::make_genesis(says, "0190a1b2-0000-7000-8000-0000000000e0", kWriter, kBeginUs);
}

log::Record MixedLog::event(const log::Head& head) {
  const auto id = "0190a1b2-0000-7000-8000-" + std::to_string(100'000'000'000 + made_.size());
  auto record = log::make_barrier(id, "start");
  if (!one_in(4)) {
    record = {.key = "ws/" + std::to_string(below(5)),
              .headers = {{"ce_specversion", "1.0"},
                          {"content-type", "application/json"},
                          {"ce_id", id},
                          {"ce_type", "promptledger.prompt.created.v1"},
                          {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
                          {"ce_tags", "[\"grüß Gott\"]"}},
              .value = std::string(below(200), static_cast<char>(below(256)))};
  }
  // The clock goes back now and then, and a bad writer forgets that recorded times rise.
  const auto now_us = kBeginUs + static_cast<std::int64_t>(made_.size()) * 1'000 - (one_in(5) ? 5'000 : 0);
  const auto bad = one_in(50) ? log::Head{.hash = head.hash, .height = head.height, .recorded_us = 0} : head;
  linked_to_.push_back(log::link(record, bad, kWriter, bad == head ? now_us : kBeginUs));
  return record;
}

// A head that somebody may believe in: one that some record claimed to be, or one that nobody ever saw.
log::Head MixedLog::anywhere() {
  if (!linked_to_.empty() && !one_in(4)) return linked_to_[below(linked_to_.size())];
  log::Head head;
  for (auto& byte : head.hash) byte = static_cast<std::uint8_t>(below(256));
  head.height = below(100);
  return head;
}

log::Record MixedLog::changed(log::Record record) {
  auto& headers = record.headers;
  auto& header = headers[below(headers.size())];
  switch (below(8)) {
    case 0: headers.erase(headers.begin() + (&header - headers.data())); break;
    case 1: headers.push_back(log::Header{header}); break;
    case 2: headers.push_back({header.first, "another"}); break;
    case 3: std::shuffle(headers.begin(), headers.end(), random_); break;
    case 4: headers.push_back({"not-covered", "x"}); break;
    case 5: headers.push_back({"ce_covered", "x"}); break;
    case 6: record.value += ' '; break;
    case 7:
      if (header.second.empty()) break;
      header.second[below(header.second.size())] = static_cast<char>(below(256));
      break;
  }
  return record;
}

log::Record MixedLog::foreign() {
  log::Record record{.key = "somebody", .headers = {{"origin", "elsewhere"}}, .value = "hello"};
  if (one_in(2)) record.headers.emplace_back("ce_prevhash", std::string(43, one_in(2) ? 'A' : 'B'));
  if (one_in(2)) record.headers.emplace_back("ce_kind", "genesis");
  return record;
}

std::size_t MixedLog::below(std::size_t bound) { return random_() % bound; }

}  // namespace ledger::log_reader
