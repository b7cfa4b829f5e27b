#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "commands/decision.hpp"
#include "commands/prompt/commands.hpp"
#include "domain/access/role.hpp"
#include "domain/prompt/state.hpp"

// What becomes of each command on a prompt. Pure: what a decision must know beyond the stream comes in its context. The
// expected version is checked before, by check_expected.
namespace ledger::prompt {

// Who asks, and which labels he may not move below publisher.
struct LabelRules {
  access::Role role = access::Role::viewer;
  std::set<std::string, std::less<>> protected_labels;
};

// `holder` is the id of the prompt that holds the wanted name, if one does (domain/prompt/name_holder.hpp), on the
// partition's head.
struct CreateContext {
  std::optional<std::string> holder;
  LabelRules labels;
};
struct ChangeContext {
  std::optional<std::string> holder;  // of the new name; not looked at when the name stays
};
struct AddVersionContext {
  bool expected_given = false;  // the caller has shown by If-Match that he knows the present version
};
struct LabelContext {
  LabelRules labels;
};
struct ForkContext {
  std::optional<std::string> holder;
  std::string source_id;
  State source;
};
struct RestoreContext {
  std::optional<std::string> holder;
};
struct NoContext {};

// The name whose holder the context must tell; nothing when the decision needs none, or the name is none that a prompt
// may have.
std::optional<Name> wanted_name(const State& state, const CreatePrompt& command);
std::optional<Name> wanted_name(const State& state, const ChangePrompt& command);
std::optional<Name> wanted_name(const State& state, const RestorePrompt& command);
std::optional<Name> wanted_name(const State& source, const ForkPrompt& command);  // of the source's state

Decision<Event> decide(const State& state, const CreatePrompt& command, const CreateContext& context);
Decision<Event> decide(const State& state, const ForkPrompt& command, const ForkContext& context);
Decision<Event> decide(const State& state, const ChangePrompt& command, const ChangeContext& context);
Decision<Event> decide(const State& state, const AddVersion& command, const AddVersionContext& context);
Decision<Event> decide(const State& state, const RollBack& command, const NoContext& context);
Decision<Event> decide(const State& state, const MoveLifecycle& command, const NoContext& context);
Decision<Event> decide(const State& state, const MoveLabel& command, const LabelContext& context);
Decision<Event> decide(const State& state, const RemoveLabel& command, const LabelContext& context);
Decision<Event> decide(const State& state, const DeletePrompt& command, const NoContext& context);
Decision<Event> decide(const State& state, const RestorePrompt& command, const RestoreContext& context);

}  // namespace ledger::prompt
