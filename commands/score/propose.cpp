#include "commands/score/propose.hpp"

#include <utility>

#include "commands/derived_id.hpp"
#include "commands/folds.hpp"
#include "commands/one_stream.hpp"
#include "domain/partition_key.hpp"

namespace ledger {

Proposal score::propose(const std::string& id, GiveScore command, GiveContext context, const Caller& caller) {
  const StreamId stream{std::string(kStreamKind), id};
  const auto decide_on = [command = std::move(command), context = std::move(context)](const State& state) { return decide(state, command, context); };
  return on_stream<State, Event>(LogTopic::feedback, stream.text(), folds::score, stream, caller, decide_on, encode, tags_of);
}

namespace score_definition {
namespace {

template <class Command>
Proposal on_definition(const std::string& id, Command command, const Caller& caller) {
  const auto decide_on = [command = std::move(command)](const State& state) { return decide(state, command); };
  return on_stream<State, Event>(LogTopic::prompts, workspace_partition_key(caller.workspace), folds::score_definition, {std::string(kStreamKind), id}, caller, decide_on,
                                 encode, tags_of);
}

}  // namespace

std::string id_of(std::string_view workspace, std::string_view name) { return derived_id("score definition", {workspace, name}); }

Proposal propose(CreateDefinition command, const Caller& caller) {
  const auto id = id_of(caller.workspace, command.name);
  return on_definition(id, std::move(command), caller);
}

Proposal propose(const std::string& id, ChangeDefinition command, const Caller& caller) { return on_definition(id, std::move(command), caller); }
Proposal propose(const std::string& id, DeleteDefinition command, const Caller& caller) { return on_definition(id, command, caller); }
Proposal propose(const std::string& id, RestoreDefinition command, const Caller& caller) { return on_definition(id, command, caller); }

}  // namespace score_definition
}  // namespace ledger
