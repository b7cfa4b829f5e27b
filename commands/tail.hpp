#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "commands/proposal.hpp"
#include "log/link.hpp"

namespace ledger {

// The records that counted lately, from somewhere at or before the history's checkpoint up to the head: what the history table does not
// have yet. Bounded: beyond the bound the oldest go, and decisions that would need them are refused until the history has caught up.
class Tail {
 public:
  explicit Tail(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  struct Item {
    log::Head head;                       // of this record
    std::optional<RecordedEvent> event;   // absent for genesis, barriers, and what cannot be read as an event
    std::size_t bytes = 0;
  };

  void push(log::Head head, std::optional<RecordedEvent> event, std::size_t bytes);
  void trim_through(std::uint64_t height);            // the history has these

  bool empty() const { return items_.empty(); }
  std::size_t bytes() const { return bytes_; }
  bool full() const { return bytes_ > max_bytes_; }
  // The height of its first record; only when not empty.
  std::uint64_t first_height() const { return items_.front().head.height; }
  const Item* at(std::uint64_t height) const;         // nothing when it is not held

  // The event with this command id, and its position's height.
  const Item* by_command(const std::string& command_id) const;
  // Events from a height on that a read sees, in order.
  void each(const Read& read, std::uint64_t from_height, const std::function<void(const RecordedEvent&)>& visit) const;

 private:
  void pop();

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::deque<Item> items_;
  std::unordered_map<std::string, std::uint64_t> by_command_;
  std::unordered_map<std::string, std::deque<std::uint64_t>> by_name_;   // streams and tags: the heights of their events
};

}  // namespace ledger
