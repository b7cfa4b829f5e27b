#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

#include "domain/prompt/state.hpp"

// How prompts look to clients: the one place, for live answers and for any moment of the past.
namespace ledger::http {

// The prompt with the content of one of its versions (null: without any content).
nlohmann::json prompt_json(const std::string& id, const prompt::State& state, const prompt::Version* shown);

// A version with everything there is to it but its content, and with the content when there is one.
nlohmann::json version_json(const prompt::Version& version, const prompt::State& state);

// Without `latest`, what each label points to; with it.
nlohmann::json labels_json(const prompt::State& state);

nlohmann::json label_period_json(const prompt::LabelPeriod& period);

nlohmann::json variables_json(const std::vector<prompt::Variable>& variables);
nlohmann::json messages_json(const std::vector<prompt::ChatItem>& messages);

}  // namespace ledger::http
