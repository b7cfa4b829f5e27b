#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <variant>
#include <vector>

#include "log/link.hpp"

namespace ledger::log {

// Why a record is void: for metrics and for looking below a head when the log may have been cut.
enum class VoidClass : std::uint8_t {
  stale_head,       // follows a record that counted, but is not the head any more
  on_void,          // follows a record that was void itself
  orphan,           // follows a record that was never seen: perhaps the log was cut underneath
  unlinked,         // carries no link at all: foreign
  before_genesis,   // stands before the partition's genesis
};
std::string_view to_text(VoidClass cls);

// A record links to the head but is not what its hash says, or its link version is newer: the partition must stop being read.
struct Halt {
  std::string why;
};

struct Counts {
  Head head;        // the record's own hash, height, time
  bool genesis = false;
};
struct Void {
  VoidClass cls;
};
using Verdict = std::variant<Counts, Void, Halt>;

// Where a reader begins: behind a record that counted.
struct Anchor {
  Offset next_offset = 0;              // the first offset not read yet
  Offset head_offset = -1;             // where the head's own record stood; -1 unknown
  Head head;

  // The same head, to be read on from right behind its record, however far was read: only void records stood there, and a log that was cut and
  // has grown again holds others now.
  Anchor behind_head() const { return {head_offset + 1, head_offset, head}; }
  bool operator==(const Anchor&) const = default;
};

// A record that a reader stands on. It must be what it was when it was read, or the log was cut underneath (protocol step 8).
struct Foothold {
  Offset offset = -1;
  Head head;
  bool is_head = true;                 // the head's own record; else one behind it, which was void because it does not follow it
  std::int64_t append_time_ms = 0;     // of the head's, when it was read here: a copy of it may come to stand in its place, void. 0 unknown

  // Whether what the log gave for the offset is still that.
  bool holds(const std::optional<Arrival>& found) const;
  std::string why_not() const;         // told when it does not hold
  bool operator==(const Foothold&) const = default;
};

// The end of what every reader says that has found its log cut: the operator is told the same everywhere.
inline constexpr std::string_view kCutUnderneath = ": the log was cut underneath. `promptledger heal` shows what is missing and puts it back";

// Applies the link rule to one partition's records in offset order. The only implementation: writers, projections and verifiers all
// read through it. Not thread-safe. What a record means never decides whether it counts.
class LinkReader {
 public:
  // From the partition's beginning.
  explicit LinkReader(PartitionId partition);
  // From behind an anchor, whose head the caller compares before he relies on it.
  LinkReader(PartitionId partition, const Anchor& anchor);

  Verdict read(const Arrival& arrival);

  // True when the record is the head's own.
  static bool matches(const Head& head, const Record& record);

  const PartitionId& partition() const { return partition_; }
  bool has_head() const { return has_head_; }          // the genesis has been read
  const Head& head() const { return anchor_.head; }
  const Anchor& anchor() const { return anchor_; }
  // The head's own record, and the void ones read behind it: a log that was cut there and has grown again may hold one that counts. Of
  // many only the last 64.
  std::vector<Foothold> footholds() const;
  const std::optional<Genesis>& genesis() const { return genesis_; }   // only when read from the beginning

 private:
  Verdict count(const Arrival& arrival, const Head& head, bool genesis);
  Void classify(const Hash& prevhash) const;

  // A digest's first bytes are as good a hash as any.
  struct FirstBytes {
    std::size_t operator()(const Hash& hash) const noexcept;
  };
  using Hashes = std::unordered_set<Hash, FirstBytes>;
  static void remember(std::deque<Hash>& seen, Hashes& index, const Hash& hash);

  PartitionId partition_;
  bool has_head_ = false;
  Anchor anchor_;
  std::int64_t head_append_time_ms_ = 0;
  std::deque<Offset> behind_head_;     // where void records were read
  std::optional<Genesis> genesis_;
  // Recent hashes, bounded, only to classify void records.
  std::deque<Hash> counted_;
  Hashes counted_index_;
  std::deque<Hash> voided_;
  Hashes voided_index_;
};

}  // namespace ledger::log
