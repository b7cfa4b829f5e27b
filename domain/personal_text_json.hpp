#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "domain/personal_text.hpp"

// How codecs write a PersonalText: `output`, or `sealed_output` with the subject and the sealed bytes; nothing when it is empty.
// For the codec files of the domain only.
namespace ledger {

enum class PersonalAs : std::uint8_t { text, json };   // the plain text is a string, or JSON of its own

void put_personal(nlohmann::json& out, const std::string& member, const PersonalText& text, PersonalAs as = PersonalAs::text);
// Throws for what is neither.
PersonalText find_personal(const nlohmann::json& in, const std::string& member, PersonalAs as = PersonalAs::text);

}  // namespace ledger
