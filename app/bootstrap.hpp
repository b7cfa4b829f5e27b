#pragma once

#include <optional>
#include <stop_token>
#include <string>

#include "commands/command_side.hpp"

namespace ledger::app {

// What a new ledger begins with: one workspace, and one key of its admin.
struct FirstKey {
  std::string public_id;
  std::string secret;       // told once, kept nowhere
};

struct Home {
  std::string workspace;               // the id
  std::optional<FirstKey> first_key;   // when this call was the one that made it
  log::Position founded;               // of the first key: from here on there is somebody to answer
};

inline constexpr std::string_view kHomeWorkspaceName = "default";

// The idempotency key of the command that makes the home workspace: whoever is first with it has made it.
CommandKey home_key(const std::string& key_secret);

// Finds the home workspace, or makes it. Any number of processes may do this at once: fixed idempotency keys let one of them be first.
// `key_secret` hashes them. Throws when the ledger cannot be written, and ToldToStop.
std::string home_workspace(CommandSide& commands, const std::string& key_secret, const std::stop_token& stop = {});
// The same, and the first admin key if there has never been one.
Home found_home(CommandSide& commands, const std::string& key_secret, const std::stop_token& stop = {});

// The only copy of a secret goes to a file of the operator's, readable by nobody else, or to his terminal when no file is named. Throws when it
// cannot be written.
void tell_first_key(const FirstKey& key, const std::string& file);

}  // namespace ledger::app
