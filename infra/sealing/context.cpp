#include "infra/sealing/context.hpp"

namespace ledger::sealing {

std::string length_prefixed(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const auto part : parts) {
    for (int shift = 24; shift >= 0; shift -= 8) text += static_cast<char>(part.size() >> shift & 0xff);
    text += part;
  }
  return text;
}

std::string context_of_text(const Place& place, std::string_view subject, std::string_view key_id) {
  return length_prefixed({"promptledger/personal-text/1", place.workspace, subject, key_id, place.stream.text(), place.field});
}

std::string context_of_key(std::string_view workspace, std::string_view subject, std::string_view key_id) {
  return length_prefixed({"promptledger/subject-key/1", workspace, subject, key_id});
}

}  // namespace ledger::sealing
