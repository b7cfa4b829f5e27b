#include "domain/prompt/blame.hpp"

#include <algorithm>

#include "domain/prompt/text_diff.hpp"

namespace ledger::prompt {
namespace {

using Versions = std::span<const std::shared_ptr<const Version>>;

void add_text(std::vector<ContentLine>& lines, std::string_view text, std::optional<std::uint32_t> message) {
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back({message, LinePart::text, std::string{text.substr(0, end)}});
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

// Lines are the same when they say the same in the same part; in which message does not matter: one more above moves all.
std::string compared(const ContentLine& line) { return std::to_string(static_cast<int>(line.part)) + line.text; }

std::vector<BlamedLine> blame_against(const std::vector<BlamedLine>& before, const std::string& prompt, const std::shared_ptr<const Version>& version) {
  auto lines = lines_of(version->content->body);
  std::vector<std::string> from, to;
  for (const auto& blamed : before) from.push_back(compared(blamed.line));
  for (const auto& line : lines) to.push_back(compared(line));
  const auto kept = kept_pieces(from, to);
  std::vector<BlamedLine> out;
  for (std::size_t n = 0; n < lines.size(); ++n) {
    if (kept[n]) {
      const auto& origin = before[*kept[n]];
      out.push_back({std::move(lines[n]), origin.prompt, origin.version});
    } else {
      out.push_back({std::move(lines[n]), prompt, version});
    }
  }
  return out;
}

// The version that this one's lines are compared with; 0: what the first began with.
VersionNumber base_of(Versions versions, VersionNumber number) {
  const auto& version = *versions[number - 1];
  const auto repeats = std::ranges::find_if(versions.first(number - 1), [&](const auto& earlier) { return earlier->content->body == version.content->body; });
  if (repeats != versions.first(number - 1).end()) return (*repeats)->number;
  return version.parent_version && *version.parent_version < number ? *version.parent_version : number - 1;
}

}  // namespace

std::string_view to_text(LinePart part) {
  switch (part) {
    case LinePart::text: return "text";
    case LinePart::role: return "role";
    case LinePart::placeholder: return "placeholder";
  }
  return "";
}

std::vector<ContentLine> lines_of(const Body& body) {
  std::vector<ContentLine> lines;
  std::visit(Overloaded{
                 [&](const Text& text) { add_text(lines, text.text, std::nullopt); },
                 [&](const Chat& chat) {
                   std::uint32_t number = 0;
                   for (const auto& item : chat.messages) {
                     std::visit(Overloaded{
                                    [&](const Message& message) {
                                      lines.push_back({number, LinePart::role, message.role});
                                      add_text(lines, message.content, number);
                                    },
                                    [&](const Placeholder& placeholder) { lines.push_back({number, LinePart::placeholder, placeholder.name}); },
                                },
                                item);
                     ++number;
                   }
                 },
             },
             body);
  return lines;
}

std::vector<BlamedLine> blame(const std::string& prompt, Versions versions, VersionNumber number, const std::vector<BlamedLine>& forked_from) {
  std::vector<VersionNumber> chain;   // from this version down to the first
  for (VersionNumber at = number; at > 0; at = base_of(versions, at)) chain.push_back(at);
  auto lines = forked_from;
  for (auto at = chain.rbegin(); at != chain.rend(); ++at) lines = blame_against(lines, prompt, versions[*at - 1]);
  return lines;
}

}  // namespace ledger::prompt
