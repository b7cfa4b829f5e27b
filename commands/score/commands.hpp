#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "commands/decision.hpp"
#include "domain/score/definition.hpp"
#include "domain/score/given.hpp"

// What can be scored and defined, and what becomes of it. Pure: what belongs to other partitions comes in the context, looked up before.
namespace ledger::score {

// What a caller wrote: which text is a word and which a whole text, the type says.
using Said = std::variant<Score, bool, std::string>;

struct GiveScore {
  TargetKind target = TargetKind::execution;
  std::string target_id;                     // of a version: the prompt's
  prompt::VersionNumber target_version = 0;  // of a version only
  std::string name;                          // empty: the definition's
  std::optional<Type> type;                  // absent: the definition's, or else what the value looks like
  Said value;
  std::string comment;
  Source source = Source::api;
  std::string user;                          // empty: for whom the execution ran
  std::optional<std::string> definition;     // the id
};

// What there is of the target and the definition.
struct GiveContext {
  bool target_exists = true;                 // of traces, sessions and test runs nobody knows
  std::string prompt;                        // of the target, when it has one
  prompt::VersionNumber version = 0;
  std::string user;
  std::optional<score_definition::State> definition;
};

Decision<Event> decide(const State& state, const GiveScore& command, const GiveContext& context);

}  // namespace ledger::score

namespace ledger::score_definition {

struct CreateDefinition {
  std::string name;
  score::Type type = score::Type::numeric;
  Rules rules;
};

// What is absent stays as it is; an empty optional inside takes a bound away.
struct ChangeDefinition {
  std::optional<std::string> description;
  std::optional<std::optional<Score>> lowest, highest;
  std::optional<std::vector<std::string>> categories;
};

struct DeleteDefinition {};
struct RestoreDefinition {};

Decision<Event> decide(const State& state, const CreateDefinition& command);
Decision<Event> decide(const State& state, const ChangeDefinition& command);
Decision<Event> decide(const State& state, const DeleteDefinition& command);
Decision<Event> decide(const State& state, const RestoreDefinition& command);

}  // namespace ledger::score_definition
