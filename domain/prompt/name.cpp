#include "domain/prompt/name.hpp"

#include "domain/percent.hpp"

namespace ledger::prompt {
namespace {

constexpr std::string_view kNameTag = "prompt-name/";
constexpr std::string_view kLabelTag = "prompt-label/";

}  // namespace

std::string name_tag(const Name& name) {
  return std::string{kNameTag} + percent_encode_part(name.category) + "/" + percent_encode_part(name.name);
}

std::optional<Name> parse_name_tag(std::string_view tag) {
  if (!tag.starts_with(kNameTag)) return std::nullopt;
  tag.remove_prefix(kNameTag.size());
  const std::size_t slash = tag.find('/');
  if (slash == std::string_view::npos || tag.find('/', slash + 1) != std::string_view::npos) return std::nullopt;
  auto category = percent_decode(tag.substr(0, slash));
  auto name = percent_decode(tag.substr(slash + 1));
  if (!category || !name) return std::nullopt;
  return Name{*std::move(category), *std::move(name)};
}

std::string label_tag(std::string_view label) { return std::string{kLabelTag} + percent_encode_part(label); }

}  // namespace ledger::prompt
