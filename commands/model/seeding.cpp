#include "commands/model/seeding.hpp"

#include <future>
#include <vector>

#include "commands/model/propose.hpp"

namespace ledger::model {
namespace {

Caller seeder(const std::string& workspace) {
  Caller caller;
  caller.workspace = workspace;
  caller.actor = "promptledger";
  caller.role = access::Role::admin;
  caller.correlation_id = "seeding";
  caller.reason = "every workspace begins with it";
  return caller;
}

}  // namespace

bool seed(CommandSide& commands, const std::string& workspace, const std::vector<SeedModel>& models, std::chrono::steady_clock::time_point until) {
  std::vector<std::future<Outcome>> outcomes;
  for (const auto& model : models) {
    Proposal proposal = propose(model, seeder(workspace));
    proposal.movable = false;
    proposal.decide_by = until;
    outcomes.push_back(commands.submit(std::move(proposal)));
  }
  bool all = true;
  for (auto& outcome : outcomes) {
    const bool settled = outcome.wait_until(until) == std::future_status::ready && std::holds_alternative<Accepted>(outcome.get());
    all = all && settled;
  }
  return all;
}

}  // namespace ledger::model
