#pragma once

#include <string>
#include <string_view>

#include "infra/sealing/place.hpp"

// What is authenticated with what is sealed, byte for byte: docs/sealed-text.md.
namespace ledger::sealing {

// Of a text under a subject's key.
std::string context_of_text(const Place& place, std::string_view subject, std::string_view key_id);
// Of a subject's key under a master key.
std::string context_of_key(std::string_view workspace, std::string_view subject, std::string_view key_id);

// The parts of a name, each behind its length (32 bits, big-endian), so that none runs into the next.
std::string length_prefixed(std::initializer_list<std::string_view> parts);

}  // namespace ledger::sealing
