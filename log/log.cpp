#include "log/log.hpp"

namespace ledger::log {

std::string_view TopicFacts::setting(std::string_view name) const {
  for (const auto& [key, value] : settings) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace ledger::log
