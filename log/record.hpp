#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ledger::log {

using Header = std::pair<std::string, std::string>;

// A record of the log as it travels: bytes and nothing decided about them (docs/log-format.md).
struct Record {
  std::string key;                     // the partition key; empty for genesis and barriers
  std::vector<Header> headers;         // in the order sent
  std::string value;                   // JSON; empty for genesis and barriers

  // The first header of that name, or nothing.
  std::optional<std::string_view> header(std::string_view name) const;
  std::size_t bytes() const;           // of key, headers and value together

  bool operator==(const Record&) const = default;
};

using Hash = std::array<std::uint8_t, 32>;

// base64url without padding (RFC 4648 section 5): 43 characters.
std::string to_text(const Hash& hash);
std::optional<Hash> parse_hash(std::string_view text);

// One partition of one topic.
struct PartitionId {
  std::string topic;
  std::int32_t number = 0;
  auto operator<=>(const PartitionId&) const = default;
};

// The place of a record that counts: gapless within its partition from the genesis, which has height 0.
struct Position {
  PartitionId partition;
  std::uint64_t height = 0;
  auto operator<=>(const Position&) const = default;
};

using Offset = std::int64_t;           // a record's place in the broker's partition; changes with mirrors and repairs

// A record as it was read.
struct Arrival {
  PartitionId partition;
  Offset offset = 0;
  std::int64_t append_time_ms = 0;     // the log's own time stamp, milliseconds since 1970; not covered by any hash
  Record record;
};

}  // namespace ledger::log
