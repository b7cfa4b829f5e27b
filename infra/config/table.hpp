#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "infra/config/settings.hpp"

namespace ledger::config {

// Headings of --help, and what a subcommand says it uses.
enum class Section : std::uint8_t { kafka, postgres, node, http, commands, projections, sealing, proof, log };
std::string_view title(Section section);

// How a value is written in the configuration file. Flags and the environment are always text.
enum class Shape : std::uint8_t {
  text,       // a JSON string
  number,     // a whole JSON number
  pairs,      // a JSON object of strings; as text NAME=VALUE, several divided by ';'
};

// One row: all that flag, environment variable, file key and --help know of a setting. Rows never change after start.
struct Setting {
  std::string name = {};          // snake_case: http_port
  Section section = {};
  Shape shape = Shape::text;
  std::string value_name = {};    // in --help: MS, N, FILE …
  std::string expects = {};       // what a good value is: "a whole number from 1 to 65535"
  std::string help = {};
  bool secret = false;            // bad values are not repeated in messages, show() hides what must be hidden
  std::function<bool(Settings&, std::string_view)> set = {};   // false: not what `expects` says, and nothing was changed
  std::function<std::string(const Settings&)> show = {};       // fit for logs

  std::string flag() const;       // --http-port
  std::string variable() const;   // PROMPTLEDGER_HTTP_PORT
};

// All settings, by section.
std::span<const Setting> table();
// The row of that name, or nullptr.
const Setting* find(std::string_view name);
// The row whose name is nearest to a mistyped one, or nullptr when none is near.
const Setting* nearest(std::string_view name);

}  // namespace ledger::config
