#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/prompt/state.hpp"

// Who wrote which line of a prompt. Pure.
namespace ledger::prompt {

// What a line of a content is. Roles and placeholders are lines of a chat, too: somebody wrote them.
enum class LinePart : std::uint8_t { text, role, placeholder };
std::string_view to_text(LinePart part);

struct ContentLine {
  std::optional<std::uint32_t> message;  // of a chat: in which of its messages, from 0
  LinePart part = LinePart::text;
  std::string text;                      // without its end

  bool operator==(const ContentLine&) const = default;
};

// The whole body, top to bottom.
std::vector<ContentLine> lines_of(const Body& body);

struct BlamedLine {
  ContentLine line;
  std::string prompt;                       // the id of the one whose version wrote it
  std::shared_ptr<const Version> version;   // that wrote it: its author, reason and time are the line's
};

// Every line of a version with the version that wrote it. A line that stays keeps its version, whatever happens around it. What a version repeats whole (a rollback, or an old text
// put in again) is as old as what it repeats; any other version is compared with the one it was made from. `versions` are those of the prompt, number n at n - 1; `number` is one
// of them, from 1. `forked_from` are the blamed lines that version 1 began with: none unless the prompt is a fork.
std::vector<BlamedLine> blame(const std::string& prompt, std::span<const std::shared_ptr<const Version>> versions, VersionNumber number, const std::vector<BlamedLine>& forked_from = {});

}  // namespace ledger::prompt
