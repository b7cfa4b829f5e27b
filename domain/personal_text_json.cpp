#include "domain/personal_text_json.hpp"

#include <stdexcept>

#include "domain/json.hpp"

namespace ledger {

using nlohmann::json;

void put_personal(json& out, const std::string& member, const PersonalText& text, PersonalAs as) {
  if (text.sealed()) {
    out["sealed_" + member] = {{"subject", text.subject}, {"data", text.text}};
  } else if (!text.empty()) {
    out[member] = as == PersonalAs::json ? json::parse(text.text) : json(text.text);
  }
}

PersonalText find_personal(const json& in, const std::string& member, PersonalAs as) {
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
