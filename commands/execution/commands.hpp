#pragma once

#include <optional>
#include <string>

#include "commands/decision.hpp"
#include "domain/execution/state.hpp"

// What can be asked of an execution, and what becomes of it. Pure: `at`, when it happens, comes in with the command.
namespace ledger::execution {

// Record what ran elsewhere, as far as it has come there; a pending one is to be run. The same again under the same id is no event.
struct Record {
  Request request;
  Status status = Status::completed;
  std::optional<Timestamp> created_at;       // absent: when it started, or else when it is recorded
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> completed_at;
  Ending ending;                             // without a total: the sum of its tokens; without a latency: the time between start and end
  Checked checked;
};
struct Start {};
struct Complete {
  Ending ending;
};
struct Fail {
  Ending ending;                             // with the error
};
struct Cancel {};
struct Validate {
  Checked checked;
};
struct AppendLog {
  LogLevel level = LogLevel::info;
  std::string message;
  JsonText data{"{}"};
};

// What the prompts' read model says of the version that is named. Versions never go away, so it is right for good once it is there.
struct RecordContext {
  bool prompt_exists = false;
  bool version_exists = false;
  // False: the caller left it to a label, or to what is newest. Told again, that may be another one by now; the execution stays what it was.
  bool version_named = true;
};

Decision<Event> decide(const State& state, const Record& command, const RecordContext& context, Timestamp at);
Decision<Event> decide(const State& state, const Start& command, Timestamp at);
Decision<Event> decide(const State& state, const Complete& command, Timestamp at);
Decision<Event> decide(const State& state, const Fail& command, Timestamp at);
Decision<Event> decide(const State& state, const Cancel& command, Timestamp at);
Decision<Event> decide(const State& state, const Validate& command, Timestamp at);
Decision<Event> decide(const State& state, const AppendLog& command, Timestamp at);

// When what an event tells happened: a whole execution at its last moment, everything else `at`.
Timestamp moment_of(const Record& command, Timestamp at);

}  // namespace ledger::execution
