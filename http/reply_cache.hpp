#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/recorded_event.hpp"
#include "http/reply.hpp"
#include "http/request.hpp"

namespace ledger::http {

struct ReplyCacheSettings {
  std::size_t max_bytes = std::size_t{32} << 20U;
  std::size_t max_marks = 200'000;                        // events remembered against late answers
  std::chrono::milliseconds mark_for_ms{10'000};          // longer than a read model lags behind, as a rule
  std::chrono::milliseconds keep_ms{30'000};              // and a bound on the harm when it does
};

// Answers about prompts by name, kept until the log says that they changed. Every event that counts comes here before its command is
// acknowledged, so nobody who was told of a change is given what was before it from here. What is read from a model that lags behind
// such an event is answered, and not kept. Thread-safe.
class ReplyCache {
 public:
  using Clock = std::chrono::steady_clock;

  explicit ReplyCache(ReplyCacheSettings settings = {}) : settings_(settings) {}

  // What makes two requests the same: workspace, path and query.
  static std::string key_of(const Request& request);

  // What an answer says, in terms of the log: the stream at a version, found by a tag under a partition key.
  struct Basis {
    std::string stream;
    std::uint64_t version = 0;
    std::string partition_key;
    std::string tag;
  };

  std::shared_ptr<const Reply> find(const std::string& key, Clock::time_point now = Clock::now()) const;
  // Kept unless an event that it does not know of has come already.
  void put(const std::string& key, Reply reply, const Basis& basis, Clock::time_point now = Clock::now());
  void on_counted(const RecordedEvent& event, Clock::time_point now = Clock::now());

  std::size_t size() const;

 private:
  struct Entry {
    std::shared_ptr<const Reply> reply;
    Clock::time_point until;
    std::vector<std::string> names;    // it is based on
  };
  // The newest event that touched a name.
  struct Mark {
    std::string stream;
    std::uint64_t sequence = 0;
    Clock::time_point at;
  };

  static std::string tag_name(std::string_view partition_key, std::string_view tag);
  bool knows_newer(const std::string& name, const Basis& basis) const;
  void mark(const std::string& name, const RecordedEvent& event, Clock::time_point now);
  void drop_based_on(const std::string& name);
  void drop(const std::string& key);
  void forget_marks(Clock::time_point now);

  const ReplyCacheSettings settings_;
  mutable std::shared_mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::unordered_map<std::string, std::vector<std::string>> keys_;   // by what they are based on: stream, or tag
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, Mark> marks_;
  std::deque<std::pair<Clock::time_point, std::string>> marked_;     // oldest first
  Clock::time_point closed_until_{};                                 // more marks were due than fit
};

}  // namespace ledger::http
