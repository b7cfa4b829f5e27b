#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "commands/proposal.hpp"
#include "http/problem.hpp"

namespace ledger::http {

// What became of one command of a batch, as its client is told.
struct LineOutcome {
  enum class Status : std::uint8_t {
    recorded,
    already_recorded,
    rejected,                          // nothing was written, and never will be as it is
    not_stored,                        // because of us: send it again
    open,                              // nobody can know yet: send it again, under the same id
  };
  Status status = Status::recorded;
  std::optional<Problem> problem = {};
  std::optional<log::Position> position = {};
  bool may_pass = false;               // what is in the way goes by itself: worth another try
};
LineOutcome line_outcome(const ledger::Outcome& outcome);

// Where the threads of the partitions leave the outcomes of a batch's commands, and wake its own. They may come when the batch is over: so it is shared
// by the batch and what it has under way. Any thread.
class Completions {
 public:
  Completions();
  ~Completions();
  Completions(const Completions&) = delete;
  Completions& operator=(const Completions&) = delete;

  void tell(std::uint64_t command, LineOutcome outcome);
  std::vector<std::pair<std::uint64_t, LineOutcome>> take();
  // A descriptor that is readable when there is something to take.
  int signal() const { return signal_; }

 private:
  const int signal_;                   // an eventfd
  std::mutex mutex_;
  std::vector<std::pair<std::uint64_t, LineOutcome>> told_;
};

}  // namespace ledger::http
