#pragma once

#include <nlohmann/json_fwd.hpp>

#include "domain/prompt/content.hpp"

// For the codec files: how a version's content looks inside stored events.
namespace ledger::prompt {

nlohmann::json content_to_json(const Content& content);
// Throws what nlohmann throws, or std::invalid_argument for a word that no version ever wrote.
Content content_from_json(const nlohmann::json& json);

}  // namespace ledger::prompt
