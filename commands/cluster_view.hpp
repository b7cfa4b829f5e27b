#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "commands/peer.hpp"
#include "commands/writer_stats.hpp"
#include "log/record.hpp"

namespace ledger {

// A partition that came to this process, or was given away by it.
struct HandOver {
  enum class Kind : std::uint8_t { took_over, released, lost };
  Kind kind = Kind::took_over;
  std::int64_t at_us = 0;              // when it was complete, since 1970
  std::string from;                    // ce_writer
  std::string to;                      // ce_writer; empty when given away: who gets it is not known then
  std::int64_t length_us = 0;          // from the assignment to the barrier that counts; or the drain
};
std::string_view to_text(HandOver::Kind kind);
inline constexpr std::array kHandOverKinds{HandOver::Kind::took_over, HandOver::Kind::released, HandOver::Kind::lost};

// All of one kind since the process began.
struct HandOverSum {
  std::uint64_t count = 0;
  std::int64_t length_us = 0;
};

// What one process knows of all that write a ledger. A snapshot.
struct ClusterView {
  struct Node {
    Peer peer;
    bool self = false;
    std::size_t partitions = 0;        // assigned to it
  };
  struct Partition {
    log::PartitionId partition;
    WriterStats::Phase role = WriterStats::Phase::reading;   // of this process's writer
    std::string assigned_to;           // a node; empty when that is not known
    std::uint64_t head_height = 0;
    std::int64_t head_recorded_us = 0;
    std::string head_writer;           // ce_writer of the head
    std::array<std::uint64_t, 5> voids{};   // by log::VoidClass, seen by this process
    std::uint64_t own_void = 0;
    std::uint64_t foreign_heads = 0;
    std::uint64_t races_lost = 0;      // of the foreign heads, those that made commands of ours void
    std::uint64_t yields = 0;
    std::uint64_t moved = 0;           // commands that were given to another node
    std::vector<HandOver> hand_overs;  // the last few of this process, oldest first
    std::array<HandOverSum, kHandOverKinds.size()> hand_over_sums{};   // by HandOver::Kind
  };
  std::string self;                    // this node
  std::vector<Node> nodes;             // of the group of writers; empty while it is not known
  std::optional<std::int64_t> members_known_us;   // when they were asked for last, with an answer
  std::vector<Partition> partitions;
};

}  // namespace ledger
