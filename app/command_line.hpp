#pragma once

#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "app/subcommand.hpp"
#include "infra/config/load.hpp"

namespace ledger::app {

// What a command line asks for: to run something,
struct Command {
  const Subcommand* subcommand = nullptr;
  Arguments arguments;
  config::Texts flags;                     // settings, as texts; config::load reads them
  std::optional<std::string> config_file;
};
// to be shown something,
struct Shown {
  std::string text;
};
// or nothing that we know: a sentence that names the remedy.
struct Refused {
  std::string why;
};
using Parsed = std::variant<Command, Shown, Refused>;

// Reads the words after the program's name. Options come from the subcommand's arguments and from the table of settings.
Parsed parse(const std::vector<std::string>& words, std::span<const Subcommand> subcommands, const std::string& version);

}  // namespace ledger::app
