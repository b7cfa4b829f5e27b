#pragma once

#include <optional>
#include <string>

#include "domain/json.hpp"
#include "domain/time.hpp"

// Members of answers that are there only when they say something. For the .cpp files that render answers: includes domain/json.hpp.
namespace ledger::http {

// An empty text says that there is none.
inline void put(nlohmann::json& out, const char* member, const std::string& text) {
  if (!text.empty()) out[member] = text;
}
inline void put(nlohmann::json& out, const char* member, const std::optional<std::string>& text) {
  if (text) out[member] = *text;
}
inline void put(nlohmann::json& out, const char* member, const std::optional<Timestamp>& time) {
  if (time) out[member] = to_rfc3339(*time);
}
// A word of an enumeration, by its to_text.
template <class Choice>
void put(nlohmann::json& out, const char* member, const std::optional<Choice>& choice) {
  if (choice) out[member] = to_text(*choice);
}

}  // namespace ledger::http
