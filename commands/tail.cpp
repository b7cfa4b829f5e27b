#include "commands/tail.hpp"

namespace ledger {
namespace {

constexpr std::size_t kItemBytes = 400;   // what an item weighs beside its record

std::string stream_key(std::string_view stream) { return std::string("s:").append(stream); }
std::string tag_key(std::string_view tag) { return std::string("t:").append(tag); }

}  // namespace

void Tail::push(log::Head head, std::optional<RecordedEvent> event, std::size_t bytes) {
  bytes += kItemBytes;
  bytes_ += bytes;
  if (event) {
    if (!event->command_id.empty()) by_command_[event->command_id] = head.height;
    by_name_[stream_key(event->stream.text())].push_back(head.height);
    for (const auto& tag : event->tags) by_name_[tag_key(tag)].push_back(head.height);
  }
  items_.push_back({head, std::move(event), bytes});
  // Twice the bound is the end: the oldest go, and whoever needs them is told that the history is behind.
  while (bytes_ > 2 * max_bytes_ && items_.size() > 1) pop();
}

void Tail::trim_through(std::uint64_t height) {
  // The head's own item stays, so that the tail always knows where it ends.
  while (items_.size() > 1 && items_.front().head.height <= height) pop();
}

void Tail::pop() {
  const Item& item = items_.front();
  if (item.event) {
    const auto known = by_command_.find(item.event->command_id);
    if (known != by_command_.end() && known->second == item.head.height) by_command_.erase(known);
    const auto forget = [&](const std::string& name) {
      const auto found = by_name_.find(name);
      found->second.pop_front();
      if (found->second.empty()) by_name_.erase(found);
    };
    forget(stream_key(item.event->stream.text()));
    for (const auto& tag : item.event->tags) forget(tag_key(tag));
  }
  bytes_ -= item.bytes;
  items_.pop_front();
}

const Tail::Item* Tail::at(std::uint64_t height) const {
  if (items_.empty() || height < first_height() || height > items_.back().head.height) return nullptr;
  return &items_[height - first_height()];
}

const Tail::Item* Tail::by_command(const std::string& command_id) const {
  const auto found = by_command_.find(command_id);
  return found == by_command_.end() ? nullptr : at(found->second);
}

void Tail::each(const Read& read, std::uint64_t from_height, const std::function<void(const RecordedEvent&)>& visit) const {
  const auto found = by_name_.find(read.by == Read::By::stream ? stream_key(read.name) : tag_key(read.name));
  if (found == by_name_.end()) return;
  for (const std::uint64_t height : found->second) {
    if (height < from_height) continue;
    const RecordedEvent& event = *at(height)->event;
    if (event.partition_key == read.partition_key) visit(event);
  }
}

}  // namespace ledger
