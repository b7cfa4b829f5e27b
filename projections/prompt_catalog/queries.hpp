#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "infra/postgres/pool.hpp"
#include "projections/prompt_catalog/state_rows.hpp"
#include "projections/time_page.hpp"

namespace ledger::projections {

// Which version's content is wanted: by number, by label, else the newest.
struct WantedVersion {
  std::optional<prompt::VersionNumber> number;
  std::optional<std::string> label;
};

// What there is by that name.
struct NamedVersion {
  prompt::VersionNumber number = 0;  // 0: no such version or label
  prompt::VersionNumber latest = 0;
};

// What is absent does not filter.
struct PromptFilter {
  std::optional<prompt::Status> status;
  std::optional<std::string> tag, category, author, label;
  std::map<std::string, std::string> metadata;  // by name; a value matches as a string, or as the JSON that it is
  std::optional<std::string> text;              // anywhere in name, title or description, whatever the case
  std::optional<Timestamp> updated_since;
  bool deleted = false;  // only deleted ones, instead of none
};

enum class PromptOrder : std::uint8_t { created, updated, name };

// Where a page ended: what it was ordered by there, and the id that breaks ties.
struct PromptMark {
  std::string key;  // the name, or microseconds since 1970
  std::string id;
};

struct PromptPage {
  std::vector<CatalogEntry> entries;
  std::optional<PromptMark> next;  // absent on the last page
};

// When a prompt was made: that never changes.
struct MadePrompt {
  std::string id;
  struct {
    Timestamp created_at{};
  } state;
};

// Which prompts may have been there, and labelled so, at some moment: those of now, deleted ones too, of whom that cannot be ruled out.
struct MadeFilter {
  std::optional<std::string> author{};
  std::optional<std::string> label{};          // that once pointed to some version; `latest` rules nothing out
  std::optional<Timestamp> happened_until{};   // made, and labelled, by the clock of occurrence
};
PageQuery made_prompts_query(const std::string& workspace, const MadeFilter& filter, TimeOrder order, const std::optional<TimeMark>& after, int limit);

// How often something of a prompt's content or labels moved.
struct PromptMoves {
  std::int64_t versions_added = 0;
  std::int64_t labels_moved = 0;  // and removed

  bool operator==(const PromptMoves&) const = default;
};

// When a version was made, without its content.
struct MadeVersion {
  std::string prompt;  // the id
  prompt::Name name;   // of the prompt, as it is now
  prompt::VersionNumber number = 0;
  std::string source, change_log, author;
  Timestamp created_at{};
};

struct VersionEntry {
  std::string id;  // <prompt>/<number>
  MadeVersion state;
};

// Reads the catalog. Everything is of one workspace: what belongs to another is not there. Thread-safe. Throws
// pg::Fault.
class PromptCatalog {
 public:
  explicit PromptCatalog(pg::Pool& pool) : pool_{pool} {}

  // Deleted ones too: the state says so.
  std::optional<CatalogEntry> by_id(const std::string& workspace, const std::string& id,
                                    const WantedVersion& wanted = {});
  // Whether there is such a version, and which it is: without any content. Nothing: no such prompt.
  std::optional<NamedVersion> find_version(const std::string& workspace, const std::string& id,
                                           const WantedVersion& wanted);
  // Among those that are not deleted.
  std::optional<CatalogEntry> by_name(const std::string& workspace, const prompt::Name& name,
                                      const WantedVersion& wanted = {});

  PromptPage list(const std::string& workspace, const PromptFilter& filter, PromptOrder order, bool descending,
                  const std::optional<PromptMark>& after, int limit);

  TimePage<MadePrompt> made(const std::string& workspace, const MadeFilter& filter, TimeOrder order, const std::optional<TimeMark>& after, int limit);

  // Versions with their contents, newest first, below a number (nothing: from the newest).
  std::vector<prompt::Version> versions(const std::string& workspace, const std::string& id,
                                        std::optional<prompt::VersionNumber> below, int limit);

  // Of all prompts or of one, oldest first, made from the first time on, before the second.
  TimePage<VersionEntry> versions_over_time(const std::string& workspace, const std::optional<std::string>& prompt, const std::optional<Timestamp>& from,
                                            const std::optional<Timestamp>& until, const std::optional<TimeMark>& after, int limit);
  // By id; of those that there are, deleted ones too.
  std::map<std::string, prompt::Name> names(const std::string& workspace, const std::vector<std::string>& ids);
  // At each point of a time series, of one prompt or of all: `bounds` are where the points begin, and the end of the last.
  std::vector<PromptMoves> moves(const std::string& workspace, const std::optional<std::string>& id, const std::vector<Timestamp>& bounds);

  std::vector<std::string> protected_labels(const std::string& workspace);

 private:
  pg::Pool& pool_;
};

}  // namespace ledger::projections
