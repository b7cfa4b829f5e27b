#include "commands/model/propose.hpp"

#include <utility>

#include "commands/derived_id.hpp"
#include "commands/folds.hpp"
#include "commands/one_stream.hpp"
#include "domain/partition_key.hpp"

namespace ledger::model {
namespace {

template <class Command>
Proposal on_model(const std::string& id, Command command, const Caller& caller) {
  const auto decide_on = [command = std::move(command)](const State& state) { return decide(state, command); };
  return on_stream<State, Event>(LogTopic::prompts, workspace_partition_key(caller.workspace), folds::model, {std::string(kStreamKind), id}, caller, decide_on, encode,
                                 tags_of);
}

}  // namespace

std::string id_of(std::string_view workspace, std::string_view name) { return derived_id("model", {workspace, name}); }

Proposal propose(CreateModel command, const Caller& caller) {
  const auto id = id_of(caller.workspace, command.name);
  return on_model(id, std::move(command), caller);
}

Proposal propose(SeedModel command, const Caller& caller) {
  const auto id = id_of(caller.workspace, command.model.name);
  return on_model(id, std::move(command), caller);
}

Proposal propose(const std::string& id, ChangeModel command, const Caller& caller) { return on_model(id, std::move(command), caller); }
Proposal propose(const std::string& id, DeleteModel command, const Caller& caller) { return on_model(id, command, caller); }
Proposal propose(const std::string& id, RestoreModel command, const Caller& caller) { return on_model(id, command, caller); }

}  // namespace ledger::model
