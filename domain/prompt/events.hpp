#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "domain/prompt/content.hpp"
#include "domain/prompt/name.hpp"
#include "domain/prompt/status.hpp"
#include "domain/result.hpp"

// What can happen to a prompt. These structs are the stored format: members may be added with a default, never renamed,
// retyped or removed (schemas/events/README.md). Each says it all by itself, so that tags, diffs and projections need
// no state beside it. Who, when and why travel in the envelope (Meta). An empty text says that there is none.
namespace ledger::prompt {

using VersionNumber = std::uint32_t;  // of the content, gapless from 1; not the stream's version

// Content is shared between an event and the states that it makes; nobody changes it.
using ContentPtr = std::shared_ptr<const Content>;

struct NewVersion {
  VersionNumber number = 1;
  ContentPtr content;
  std::string source;                           // where the text came from: `api`, `import`, a model …
  std::optional<VersionNumber> parent_version;  // the version it was made from
  std::string explanation;
  std::string change_log;
};
bool operator==(const NewVersion& a, const NewVersion& b);

// What a prompt begins with, however it begins.
struct Beginning {
  Name name;
  std::string title;
  std::string description;
  std::vector<std::string> tags;
  JsonText metadata{"{}"};
  NewVersion version;               // number 1
  std::vector<std::string> labels;  // set to version 1
  std::string request_id;

  bool operator==(const Beginning&) const = default;
};

struct Created {
  Beginning beginning;

  bool operator==(const Created&) const = default;
};

struct ForkedFrom {
  std::string prompt;  // the id
  VersionNumber version = 0;

  bool operator==(const ForkedFrom&) const = default;
};

// The first event of the new prompt's stream; the one it came from does not change.
struct Forked {
  Beginning beginning;
  ForkedFrom from;

  bool operator==(const Forked&) const = default;
};

struct Renamed {
  Name from;
  Name to;

  bool operator==(const Renamed&) const = default;
};

// Everything that one PUT changed; what is absent stayed as it was.
struct Changed {
  std::optional<Renamed> renamed;
  std::optional<std::string> title;
  std::optional<std::string> description;
  std::optional<std::vector<std::string>> tags;
  std::optional<JsonText> metadata;
  std::optional<NewVersion> version;

  bool operator==(const Changed&) const = default;
};

struct VersionAdded {
  NewVersion version;

  bool operator==(const VersionAdded&) const = default;
};

// A new version with the content of an old one.
struct RolledBack {
  VersionNumber to = 0;
  NewVersion version;

  bool operator==(const RolledBack&) const = default;
};

struct LifecycleMoved {
  Status from = Status::draft;
  Status to = Status::draft;

  bool operator==(const LifecycleMoved&) const = default;
};

struct LabelMoved {
  std::string label;
  std::optional<VersionNumber> from;  // absent: the label was not set
  VersionNumber to = 0;

  bool operator==(const LabelMoved&) const = default;
};

struct LabelRemoved {
  std::string label;
  VersionNumber from = 0;

  bool operator==(const LabelRemoved&) const = default;
};

// Gives the name up.
struct Deleted {
  Name name;

  bool operator==(const Deleted&) const = default;
};

// Takes the name again.
struct Restored {
  Name name;

  bool operator==(const Restored&) const = default;
};

using Event = std::variant<Created, Forked, Changed, VersionAdded, RolledBack, LifecycleMoved, LabelMoved, LabelRemoved,
                           Deleted, Restored>;

// The further names that an event is found by: of every name that it takes or gives up, and of every label that it
// moves.
std::vector<std::string> tags_of(const Event& event);

}  // namespace ledger::prompt
