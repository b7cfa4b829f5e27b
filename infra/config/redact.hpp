#pragma once

#include <string>
#include <string_view>

namespace ledger::config {

// The text with every secret in it that can be told by its form replaced by ***: passwords in URLs (also wrongly written ones) and in
// password=… words, and the ledger's own API keys. Rather hides too much than too little. For whatever goes to a log or a terminal.
std::string redact(std::string_view text);

}  // namespace ledger::config
