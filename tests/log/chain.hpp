#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "log/link.hpp"
#include "log/link_reader.hpp"

// A partition's records, made one after the other.
namespace ledger::log::testing {

inline const PartitionId kPartition{"promptledger.log.prompts", 3};
inline const Genesis kGenesis{"ledger-1", kPartition, 8};
inline constexpr std::int64_t kTimeUs = 1'767'323'045'000'006;

inline Record event(std::string_view id) {
  Record record;
  record.key = "ws/1";
  record.headers = {{"ce_specversion", "1.0"}, {"content-type", "application/json"}, {"ce_id", std::string(id)}, {"traceparent", "00-1"}};
  record.value = R"({"name":"greeting"})";
  return record;
}

struct Linked {
  Record record;
  Head head;
};

inline Linked genesis() {
  Record record = make_genesis(kGenesis, "g", "w", kTimeUs);
  const Head head{*parse_hash(*record.header("ce_hash")), 0, kTimeUs};
  return {std::move(record), head};
}

inline Linked follow(const Head& head, std::string_view id = "e", std::string_view writer = "w") {
  Linked next{event(id), {}};
  next.head = link(next.record, head, writer, kTimeUs);
  return next;
}

inline void set(Record& record, std::string_view name, std::string value) {
  for (auto& [key, held] : record.headers) {
    if (key == name) held = std::move(value);
  }
}

inline std::string said(const Verdict& verdict) {
  if (const auto* nothing = std::get_if<Void>(&verdict)) return std::string(to_text(nothing->cls));
  if (const auto* halt = std::get_if<Halt>(&verdict)) return "halt: " + halt->why;
  return "counts";
}

// Gives a reader records at rising offsets.
struct Feed {
  LinkReader reader{kPartition};
  Offset next = 0;
  std::string operator()(const Record& record) { return said(reader.read({kPartition, next++, 0, record})); }
};

}  // namespace ledger::log::testing
