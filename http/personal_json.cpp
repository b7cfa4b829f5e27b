#include "http/personal_json.hpp"

#include <nlohmann/json.hpp>

namespace ledger::http {

void put_personal(nlohmann::json& out, const char* member, const PersonalText& text, PersonalAs as) {
  if (!text.sealed()) return ledger::put_personal(out, member, text, as);
  out[member] = nullptr;
  out["sealed_for"] = text.subject;
}

}  // namespace ledger::http
