#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace ledger::prompt {

// What a prompt is called: unique in a workspace among prompts that are not deleted.
struct Name {
  std::string category;
  std::string name;

  auto operator<=>(const Name&) const = default;
};

// prompt-name/<category>/<name>, parts percent-encoded: under it are all events by which a prompt takes or gives up the
// name.
std::string name_tag(const Name& name);
// Nothing when it is no such tag.
std::optional<Name> parse_name_tag(std::string_view tag);

// prompt-label/<label>
std::string label_tag(std::string_view label);

}  // namespace ledger::prompt
