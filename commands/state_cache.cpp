#include "commands/state_cache.hpp"

#include <algorithm>

namespace ledger {
namespace {

// About what an entry weighs beside its events: its names in three places, and a state's members that say nothing.
constexpr std::size_t kEntryBytes = 2'048;

// The state after an event, or why there is none.
Result<Seen, std::string> step(const Read& read, const Seen& before, const RecordedEvent& event) {
  const std::uint64_t version = read.by == Read::By::stream ? event.sequence : before.version + 1;
  if (read.by == Read::By::stream && event.sequence != before.version + 1) {
    return tl::unexpected("version " + std::to_string(event.sequence) + " of " + read.name + " follows version " + std::to_string(before.version));
  }
  return read.fold->apply(before.state, event).map([&](StatePtr&& state) { return Seen{std::move(state), version}; });
}

}  // namespace

bool Read::matches(const RecordedEvent& event) const {
  if (event.partition_key != partition_key) return false;
  if (by == By::stream) return event.stream.text() == name;
  return std::find(event.tags.begin(), event.tags.end(), name) != event.tags.end();
}

std::string StateCache::name_key(Read::By by, std::string_view name) {
  return std::string(by == Read::By::stream ? "s:" : "t:").append(name);
}

std::string StateCache::key(const Read& read) { 
  return std::string(read.fold->name).append("|").append(read.partition_key).append("|").append(name_key(read.by, read.name));
}

StateCache::EntryPtr StateCache::find(const Read& read) {
  const auto found = entries_.find(key(read));
  if (found == entries_.end()) return nullptr;
  used_.splice(used_.begin(), used_, found->second->place);
  found->second->round = round_;
  return found->second;
}

StateCache::EntryPtr StateCache::add(const Read& read) {
  auto entry = std::make_shared<Entry>();
  entry->read = read;
  entry->committed = entry->speculative = Seen{read.fold->initial(read.name), 0};
  entry->round = round_;
  used_.push_front(entry.get());
  entry->place = used_.begin();
  entries_[key(read)] = entry;
  readers_[name_key(read.by, read.name)].push_back(entry);
  weigh(*entry, kEntryBytes);
  return entry;
}

void StateCache::weigh(Entry& entry, std::size_t bytes) {
  entry.bytes += bytes;
  bytes_ += bytes;
}

void StateCache::apply(Entry& entry, const RecordedEvent& event) {
  if (!entry.fault.empty()) return;
  auto after = step(entry.read, entry.committed, event);
  if (!after) {
    entry.fault = after.error();
    return;
  }
  entry.committed = entry.speculative = std::move(*after);
  weigh(entry, event.data.size());
}

template <class Visit>
void StateCache::each_reader(const RecordedEvent& event, Visit visit) {
  const auto visit_all = [&](const std::string& name) {
    const auto found = readers_.find(name);
    if (found == readers_.end()) return;
    for (const auto& entry : found->second) {
      if (entry->read.partition_key == event.partition_key) visit(entry);
    }
  };
  visit_all(name_key(Read::By::stream, event.stream.text()));
  for (const auto& tag : event.tags) visit_all(name_key(Read::By::tag, tag));
}

void StateCache::apply_counted(const RecordedEvent& event) {
  each_reader(event, [&](const EntryPtr& entry) { apply(*entry, event); });
}

void StateCache::speculate_on(const EntryPtr& entry, const RecordedEvent& event, std::vector<Change>& changes) {
  if (!entry->fault.empty()) return;
  auto after = step(entry->read, entry->speculative, event);
  if (!after) {
    entry->fault = after.error();
    return;
  }
  entry->speculative = *after;
  ++entry->flights;
  weigh(*entry, event.data.size());
  changes.push_back({entry, std::move(*after)});
}

Result<std::vector<StateCache::Change>, std::string> StateCache::plan(const RecordedEvent& event) {
  std::vector<Change> changes;
  std::string fault;
  each_reader(event, [&](const EntryPtr& entry) {
    if (!fault.empty() || !entry->fault.empty()) return;
    auto after = step(entry->read, entry->speculative, event);
    if (after) {
      changes.push_back({entry, std::move(*after)});
    } else {
      fault = after.error();
    }
  });
  if (!fault.empty()) return tl::unexpected(fault);
  return changes;
}

void StateCache::adopt(const std::vector<Change>& changes, std::size_t event_bytes) {
  for (const auto& [entry, after] : changes) {
    entry->speculative = after;
    ++entry->flights;
    weigh(*entry, event_bytes);
  }
}

void StateCache::count(const std::vector<Change>& changes) {
  for (const auto& [entry, after] : changes) {
    entry->committed = after;
    --entry->flights;
  }
}

void StateCache::discard(const std::vector<Change>& changes) {
  for (const auto& [entry, after] : changes) {
    entry->speculative = entry->committed;
    entry->fault.clear();
    --entry->flights;
  }
}

void StateCache::shrink() {
  auto oldest = used_.end();
  while (bytes_ > max_bytes_ && oldest != used_.begin()) {
    Entry* entry = *--oldest;
    if (entry->flights > 0 || entry->round == round_) continue;
    oldest = std::next(oldest);
    used_.erase(entry->place);
    bytes_ -= entry->bytes;
    auto& readers = readers_[name_key(entry->read.by, entry->read.name)];
    std::erase_if(readers, [&](const EntryPtr& reader) { return reader.get() == entry; });
    if (readers.empty()) readers_.erase(name_key(entry->read.by, entry->read.name));
    entries_.erase(key(entry->read));
  }
}

}  // namespace ledger
