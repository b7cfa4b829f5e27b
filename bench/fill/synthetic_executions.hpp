#pragma once

#include <cstdint>
#include <string>

#include "domain/execution/state.hpp"
#include "domain/recorded_event.hpp"

namespace ledger::bench {

// A year's executions of one workspace, the same every time, in the order in which they were created: a hundred prompts, some
// of them far more often than others, each with a new version every four months, under two labels and on two models. Nights
// are quieter than days. Five in a hundred fail; latencies are log-normal.
class SyntheticExecutions {
 public:
  static constexpr int kPrompts = 100;

  explicit SyntheticExecutions(std::uint64_t executions) : executions_{executions} {}

  std::uint64_t size() const { return executions_; }
  static Timestamp begin();
  static std::string workspace();

  // Numbers from 0.
  std::string id(std::uint64_t number) const;
  execution::State state(std::uint64_t number) const;
  RecordedEvent event(std::uint64_t number) const;  // that records it as a whole

 private:
  execution::Recorded recorded(std::uint64_t number) const;

  const std::uint64_t executions_;
};

}  // namespace ledger::bench
