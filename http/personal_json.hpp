#pragma once

#include <nlohmann/json_fwd.hpp>

#include "domain/personal_text.hpp"
#include "domain/personal_text_json.hpp"

namespace ledger::http {

// Shows a personal text as a member; nothing when it is empty. What is sealed is shown to nobody: only that there is something, and whose.
void put_personal(nlohmann::json& out, const char* member, const PersonalText& text, PersonalAs as = PersonalAs::text);

}  // namespace ledger::http
