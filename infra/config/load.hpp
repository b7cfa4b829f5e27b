#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "infra/config/settings.hpp"

namespace ledger::config {

using Texts = std::vector<std::pair<std::string, std::string>>;

// Where settings come from. The first that speaks of a setting decides it: flags, the environment, the file, the default.
struct Sources {
  Texts flags = {};                     // setting name and value, as given
  Texts environment = {};               // variables; those that do not begin with PROMPTLEDGER_ are none of ours
  std::optional<std::string> file = {}; // path; without it what PROMPTLEDGER_CONFIG names, else none
};

// Sentences for the user, each naming the source and the remedy. All of them at once, so that one correction is enough.
using Complaints = std::vector<std::string>;

tl::expected<Settings, Complaints> load(const Sources& sources);

// This process's environment, in the form that Sources takes.
Texts process_environment();

}  // namespace ledger::config
