#pragma once

#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string>

#include "domain/json_text.hpp"
#include "domain/personal_text.hpp"

// How codecs write a PersonalText: `output`, or `sealed_output` with the subject and the sealed bytes; nothing when it is empty.
// For the codec files of the domain only.
namespace ledger {

enum class PersonalAs : std::uint8_t { text, json };   // the plain text is a string, or JSON of its own

inline void put_personal(nlohmann::json& out, const std::string& member, const PersonalText& text, PersonalAs as = PersonalAs::text) {
  if (text.sealed()) {
    out["sealed_" + member] = {{"subject", text.subject}, {"data", text.text}};
  } else if (!text.empty()) {
    out[member] = as == PersonalAs::json ? nlohmann::json::parse(text.text) : nlohmann::json(text.text);
  }
}

inline PersonalText find_personal(const nlohmann::json& in, const std::string& member, PersonalAs as = PersonalAs::text) {
  if (const auto sealed = in.find("sealed_" + member); sealed != in.end()) {
    PersonalText text{sealed->at("data").get<std::string>(), sealed->at("subject").get<std::string>()};
    if (!text.sealed()) throw std::invalid_argument{"sealed under nobody's key"};
    return text;
  }
  const auto plain = in.find(member);
  if (plain == in.end()) return {};
  return {as == PersonalAs::json ? plain->dump() : plain->get<std::string>(), {}};
}

}  // namespace ledger
