#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "log/record.hpp"

// The link rule (docs/log-format.md, "Linked append"): every record carries the hash of the record it follows; reading a partition in
// order, a record counts if and only if its prevhash is the hash of the last record that counted. Relatives: Tango and Hyder (the log's
// order decides, readers validate), git's parent hash.
namespace ledger::log {

inline constexpr std::string_view kLinkVersion = "1";
inline constexpr std::string_view kHashAlgorithm = "sha-256";
inline constexpr std::string_view kPartitioner = "murmur2";

// Where a partition's chain stands.
struct Head {
  Hash hash{};
  std::uint64_t height = 0;
  std::int64_t recorded_us = 0;        // the head's ce_recordedtime, microseconds since 1970
  bool operator==(const Head&) const = default;
};

// What a partition's first record says, and its prevhash is a hash of.
struct Genesis {
  std::string ledger;                  // UUID of the ledger
  PartitionId partition;
  std::int32_t partition_count = 0;
  std::string partitioner{kPartitioner};
  std::string hash_algorithm{kHashAlgorithm};
  bool operator==(const Genesis&) const = default;
};

// SHA-256 over link version domain, prevhash, height, key, covered headers sorted by name, value. Covered are `content-type` and every
// `ce_*` header but `ce_hash` and `ce_prevhash`. Throws std::invalid_argument when a covered name occurs twice.
Hash canonical_hash(const Hash& prevhash, std::uint64_t height, const Record& record);

// The hash that a genesis record follows.
Hash identity_hash(const Genesis& genesis);

// Adds linkversion, writer, recordedtime, height, prevhash and hash to a record that has none of them yet, so that it follows `head`.
// recorded time = max(now, head's + 1 µs). Returns the head that the record will be when it counts.
Head link(Record& record, const Head& head, std::string_view writer, std::int64_t now_us);

// A barrier's and a genesis' record, linked. `reason` says why the barrier was sent (take_over, answer, doubt).
Record make_barrier(std::string_view event_id, std::string_view reason);
Record make_genesis(const Genesis& genesis, std::string_view event_id, std::string_view writer, std::int64_t now_us);
// What a genesis record says; nothing when it is none or malformed.
std::optional<Genesis> read_genesis(const Record& record);

}  // namespace ledger::log
