#pragma once

#include <cstdint>
#include <string>

#include "domain/recorded_event.hpp"

namespace ledger::bench {

// A ledger's worth of events, the same every time: prompts of five events each (created, two versions, a label, published), in turn over
// a number of workspaces. Values are 600 bytes on average, of words, so that they compress as prompts do.
class SyntheticPrompts {
 public:
  static constexpr std::uint64_t kEventsPerPrompt = 5;

  explicit SyntheticPrompts(int workspaces) : workspaces_{workspaces} {}

  // Numbers from 0, each once and in order: a stream's events follow one another.
  RecordedEvent event(std::uint64_t number) const;

 private:
  const int workspaces_;
};

// Text of about that many bytes that depends on the seed alone.
std::string words(std::uint64_t seed, std::size_t bytes);

// The id of the n-th thing of its kind.
std::string numbered_id(std::uint64_t number);

}  // namespace ledger::bench
