#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

#include "domain/model/model.hpp"

// How models look to clients: the one place, for live answers and for any moment of the past.
namespace ledger::http {

nlohmann::json model_json(const std::string& id, const model::State& state);

// What an event on a model does to costs that were shown before; null when it does nothing to them.
nlohmann::json repricing_json(const model::Event& event);

}  // namespace ledger::http
