#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands/decision.hpp"
#include "domain/model/model.hpp"

// What can be asked of a model, and what becomes of it. Pure.
namespace ledger::model {

struct CreateModel {
  std::string name;
  Details details;
  Prices prices;   // in any order
};

// A workspace's own words win: a model that is there, or was deleted, stays as it is.
struct SeedModel {
  CreateModel model;
};

// What is absent stays as it is; of what may be taken away an empty optional inside says so.
struct ChangeModel {
  std::optional<std::string> provider;
  std::optional<std::string> display_name;
  std::optional<std::string> description;
  std::optional<std::optional<std::uint64_t>> context_window;
  std::optional<std::optional<std::uint64_t>> max_output_tokens;
  std::optional<std::vector<std::string>> capabilities;
  std::optional<Prices> prices;   // all of them, in any order
};

struct DeleteModel {};
struct RestoreModel {};

Decision<Event> decide(const State& state, const CreateModel& command);
Decision<Event> decide(const State& state, const SeedModel& command);
Decision<Event> decide(const State& state, const ChangeModel& command);
Decision<Event> decide(const State& state, const DeleteModel& command);
Decision<Event> decide(const State& state, const RestoreModel& command);

}  // namespace ledger::model
