#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "commands/proposal.hpp"

namespace ledger {

// The states that decisions were made on lately, kept current: `committed` after every record that counted, `speculative` with the
// writer's own flights on top. Least recently used ones are dropped; what is dropped is loaded again. Not thread-safe.
class StateCache {
 public:
  explicit StateCache(std::size_t max_bytes) : max_bytes_(max_bytes) {}

  struct Entry {
    Read read;
    Seen committed;
    Seen speculative;
    std::string fault;             // an event of it could not be applied: decisions on it are refused
    std::size_t bytes = 0;         // of the events folded, about what it weighs
    std::uint32_t flights = 0;     // that changed it and have not counted: it must stay
    std::uint64_t round = 0;       // in which it was used last
    std::list<Entry*>::iterator place;
  };
  using EntryPtr = std::shared_ptr<Entry>;

  // What one flight makes of an entry.
  struct Change {
    EntryPtr entry;
    Seen after;
  };

  // Deciding goes in rounds: what was used in the present one stays, however small the bound, since who waits for more would otherwise
  // find the first gone when the second comes, for ever.
  void begin_round() { ++round_; }

  EntryPtr find(const Read& read);                       // marks it used
  EntryPtr add(const Read& read);                        // with the fold's initial state

  // Applies an event that counted (foreign, or loaded) to one entry, or to all that read it. Only while nothing is in flight.
  void apply(Entry& entry, const RecordedEvent& event);
  void apply_counted(const RecordedEvent& event);

  // Speculation, in two steps around the sending: what the event would make of all entries that read it (or why one of them cannot
  // take it), and, once the log took the record, that it is so.
  Result<std::vector<Change>, std::string> plan(const RecordedEvent& event);
  void adopt(const std::vector<Change>& changes, std::size_t event_bytes);
  void count(const std::vector<Change>& changes);        // the flight counted
  void discard(const std::vector<Change>& changes);      // all flights are void: back to what is committed
  // Puts the events of the present flights on top of an entry that was just loaded; the changes join the flight's.
  void speculate_on(const EntryPtr& entry, const RecordedEvent& event, std::vector<Change>& changes);

  void shrink();                                         // drops the least recently used beyond the bound
  std::size_t bytes() const { return bytes_; }
  std::size_t size() const { return entries_.size(); }

 private:
  friend struct WriterAnatomy;           // tests/search
  static std::string key(const Read& read);
  static std::string name_key(Read::By by, std::string_view name);
  void weigh(Entry& entry, std::size_t bytes);
  template <class Visit>
  void each_reader(const RecordedEvent& event, Visit visit);

  std::size_t max_bytes_;
  std::size_t bytes_ = 0;
  std::uint64_t round_ = 0;
  std::unordered_map<std::string, EntryPtr> entries_;                       // by fold and name
  std::unordered_map<std::string, std::vector<EntryPtr>> readers_;          // by name alone
  std::list<Entry*> used_;                                                  // the most recent first
};

}  // namespace ledger
