#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/prompt/content.hpp"
#include "domain/prompt/events.hpp"
#include "domain/prompt/status.hpp"

// What can be asked of a prompt. Plain data as the caller gave it; decide checks it. Ids, time, actor and reason arrive
// beside it, in Meta.
namespace ledger::prompt {

// What a new version takes over or sets anew; what is absent stays as it was. Without `variables` they are derived from
// the body, and keep what was declared of those that stay.
struct ContentChange {
  std::optional<Body> body;  // a first version needs one
  std::optional<std::vector<Variable>> variables;
  std::optional<JsonText> config;
  std::optional<Syntax> syntax;

  bool empty() const { return !body && !variables && !config && !syntax; }
};

struct CreatePrompt {
  Name name;
  std::string title;
  std::string description;
  std::vector<std::string> tags;
  JsonText metadata{"{}"};
  ContentChange content;
  std::string source;
  std::string explanation;
  std::string change_log;
  std::vector<std::string> labels;
  std::string request_id;
};

struct ChangePrompt {
  std::optional<std::string> name;
  std::optional<std::string> category;
  std::optional<std::string> title;        // empty takes it away
  std::optional<std::string> description;  // likewise
  std::optional<std::vector<std::string>> tags;
  std::optional<JsonText> metadata;
  ContentChange content;
  std::string source;  // these three are of the new version; without one they are not kept
  std::string explanation;
  std::string change_log;
};

struct AddVersion {
  ContentChange content;
  std::string source;
  std::optional<VersionNumber> parent_version;  // the latest unless given
  std::string explanation;
  std::string change_log;
};

struct RollBack {
  VersionNumber to = 0;
  std::string change_log;
};

struct MoveLifecycle {
  Status to = Status::draft;
};

struct MoveLabel {
  std::string label;
  VersionNumber to = 0;
};

struct RemoveLabel {
  std::string label;
};

// The new prompt is the source's version under another name; what is given here takes the place of the source's.
struct ForkPrompt {
  std::string name;
  std::optional<std::string> category;
  std::optional<VersionNumber> version;  // the latest unless given
  std::optional<std::string> title;
  std::optional<std::string> description;
  std::optional<std::vector<std::string>> tags;
  std::optional<JsonText> metadata;
  std::string change_log;
  std::string request_id;
};

struct DeletePrompt {};

struct RestorePrompt {};

}  // namespace ledger::prompt
