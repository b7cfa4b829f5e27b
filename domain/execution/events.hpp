#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/execution/choices.hpp"
#include "domain/json_text.hpp"
#include "domain/money.hpp"
#include "domain/personal_text.hpp"
#include "domain/prompt/events.hpp"
#include "domain/time.hpp"

// What can happen to an execution of a prompt's version. These structs are the stored format: members may be added with a default, never
// renamed, retyped or removed (schemas/events/README.md). Who, when and why travel in the envelope (Meta): an execution starts and ends when
// the event that says so happened. An empty text says that there is none.
namespace ledger::execution {

// What is asked for. It never changes.
struct Request {
  std::string request_id;                    // ties prompt, executions and feedback together
  std::string prompt;                        // the id
  prompt::VersionNumber version = 0;         // of the prompt's content
  std::string label;                         // that it was found by
  std::string ab_test;                       // that chose the version
  Priority priority = Priority::normal;
  std::string provider;
  std::string model;
  PersonalText inputs{"{}", {}};             // a JSON object
  JsonText context{"{}"};                    // an object
  std::string user;
  std::string session;
  std::string trace_id;
  std::string edge_function_id;

  bool operator==(const Request&) const = default;
};

// By kind: input, cached_input, output, reasoning … Kinds do not overlap unless their provider's do, so the total is told, not summed.
struct TokenUsage {
  std::map<std::string, std::uint64_t, std::less<>> tokens;
  std::uint64_t total = 0;
  std::map<std::string, Money, std::less<>> cost;

  bool operator==(const TokenUsage&) const = default;
};

// What it came to. One that failed or was cancelled may have cost something, too.
struct Ending {
  PersonalText output;
  TokenUsage usage;
  Money cost;
  std::optional<std::uint32_t> latency_ms;   // above 0
  std::string error;                         // of one that failed

  bool operator==(const Ending&) const = default;
};

struct Checked {
  Validation status = Validation::pending;
  std::optional<JsonText> output;            // as the validations read it

  bool operator==(const Checked&) const = default;
};

// It is to be run.
struct Requested {
  Request request;

  bool operator==(const Requested&) const = default;
};

// A whole execution that ran elsewhere, in one fact, as far as it has come there.
struct Recorded {
  Request request;
  Status status = Status::completed;
  Timestamp created_at{};
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> completed_at;
  Ending ending;
  Checked checked;

  bool operator==(const Recorded&) const = default;
};

struct Started {
  bool operator==(const Started&) const = default;
};

struct Completed {
  Ending ending;

  bool operator==(const Completed&) const = default;
};

struct Failed {
  Ending ending;

  bool operator==(const Failed&) const = default;
};

struct Cancelled {
  bool operator==(const Cancelled&) const = default;
};

struct Validated {
  Checked checked;

  bool operator==(const Validated&) const = default;
};

struct LogAppended {
  LogLevel level = LogLevel::info;
  std::string message;
  JsonText data{"{}"};                       // an object

  bool operator==(const LogAppended&) const = default;
};

using Event = std::variant<Requested, Recorded, Started, Completed, Failed, Cancelled, Validated, LogAppended>;

// None: executions are found by the read model.
std::vector<std::string> tags_of(const Event& event);

}  // namespace ledger::execution
