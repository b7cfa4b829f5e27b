#include "http/past/prompt_list.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iterator>

#include "domain/json.hpp"
#include "http/past/past.hpp"
#include "http/reading/prompt_fields.hpp"

namespace ledger::http {

using nlohmann::json;
using projections::CatalogEntry;
using projections::PromptFilter;
using projections::PromptMark;
using projections::PromptOrder;

namespace {

using Sort = std::pair<PromptOrder, bool>;
constexpr std::pair<std::string_view, Sort> kSorts[] = {{"created_at", {PromptOrder::created, false}}, {"-created_at", {PromptOrder::created, true}},
                                                        {"updated_at", {PromptOrder::updated, false}}, {"-updated_at", {PromptOrder::updated, true}},
                                                        {"name", {PromptOrder::name, false}},          {"-name", {PromptOrder::name, true}}};
// Names in the metadata that may stand in a query by themselves.
constexpr std::string_view kShortcuts[] = {"topic", "task_type", "ai_persona"};

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return text;
}

// PostgreSQL's jsonb containment: of objects every member, of arrays every element, somewhere.
bool contains(const json& whole, const json& part) {
  if (part.is_object() && whole.is_object()) {
    return std::ranges::all_of(part.items(), [&](const auto& item) { return whole.contains(item.key()) && contains(whole[item.key()], item.value()); });
  }
  if (part.is_array() && whole.is_array()) {
    return std::ranges::all_of(part, [&](const json& wanted) { return std::ranges::any_of(whole, [&](const json& has) { return contains(has, wanted); }); });
  }
  return whole == part;
}

bool matches_metadata(const json& metadata, const std::string& name, const std::string& value) {
  const auto found = metadata.find(name);
  if (found == metadata.end()) return false;
  if (*found == json(value)) return true;
  const auto parsed = parse_json_text(value);
  return parsed && kind(*parsed) != JsonKind::string && contains(*found, json::parse(parsed->text));
}

bool has_text(const prompt::State& state, const std::string& text) {
  const auto wanted = lower(text);
  return std::ranges::any_of(std::initializer_list<std::string>{state.name.name, state.title, state.description},
                             [&](const std::string& in) { return lower(in).find(wanted) != std::string::npos; });
}

// What an entry is ordered by; compares as the catalog's columns do.
struct SortKey {
  std::int64_t time_us = 0;
  std::string name;
  std::string id;
  auto operator<=>(const SortKey&) const = default;
};

std::int64_t microseconds(Timestamp time) { return time.time_since_epoch().count(); }

SortKey key_of(const CatalogEntry& entry, PromptOrder order) {
  switch (order) {
    case PromptOrder::created: return {microseconds(entry.state.created_at), "", entry.id};
    case PromptOrder::updated: return {microseconds(entry.state.updated_at), "", entry.id};
    case PromptOrder::name: return {0, entry.state.name.name, entry.id};
  }
  return {};
}

SortKey key_of(const PromptMark& mark, PromptOrder order) {
  if (order == PromptOrder::name) return {0, mark.key, mark.id};
  SortKey key{0, "", mark.id};
  std::from_chars(mark.key.data(), mark.key.data() + mark.key.size(), key.time_us);
  return key;
}

PromptMark mark_of(const CatalogEntry& entry, PromptOrder order) {
  const auto key = key_of(entry, order);
  return {order == PromptOrder::name ? key.name : std::to_string(key.time_us), key.id};
}

// A workspace's prompts at a moment of the past.
class Past {
 public:
  Past(const App& app, const std::string& workspace, const Moment& moment, const PromptListing& listing)
      : app_(app), workspace_(workspace), moment_(moment), listing_(listing) {}

  // When a prompt was made never changes, so the catalog knows the order: it is walked until the page is full, or so many were looked at.
  projections::PromptPage by_creation(const std::optional<PromptMark>& after, std::size_t limit) const {
    const auto order = listing_.descending ? projections::TimeOrder::newest_first : projections::TimeOrder::oldest_first;
    projections::PromptPage page;
    auto mark = after ? std::optional(time_mark_of(*after)) : std::nullopt;
    for (int looked_at = 0;; looked_at += kChunk) {
      const auto made = app_.prompts->made(workspace_, candidates(), order, mark, kChunk);
      for (auto& entry : entries_of(made.entries)) {
        if (page.entries.size() == limit) {
          page.next = mark_of(page.entries.back(), PromptOrder::created);
          return page;
        }
        page.entries.push_back(std::move(entry));
      }
      mark = made.next;
      if (!mark) return page;
      if (looked_at < kLookedAt) continue;
      page.next = PromptMark{std::to_string(microseconds(mark->created_at)), mark->id};
      return page;
    }
  }

  // Any other order depends on what a prompt was then: all that may have matched are folded, and sorted.
  projections::PromptPage by_state(const std::optional<PromptMark>& after, std::size_t limit) const {
    auto entries = listing_.filter.label ? labelled() : all();
    const auto before = [&](const SortKey& a, const SortKey& b) { return listing_.descending ? b < a : a < b; };
    const auto key = [&](const CatalogEntry& entry) { return key_of(entry, listing_.order); };
    std::ranges::sort(entries, before, key);
    if (after) {
      const auto mark = key_of(*after, listing_.order);
      std::erase_if(entries, [&](const CatalogEntry& entry) { return !before(mark, key(entry)); });
    }
    projections::PromptPage page;
    if (entries.size() > limit) {
      entries.resize(limit);
      page.next = mark_of(entries.back(), listing_.order);
    }
    page.entries = std::move(entries);
    return page;
  }

 private:
  static constexpr int kChunk = 200, kLookedAt = 2'000;

  static projections::TimeMark time_mark_of(const PromptMark& mark) {
    return {Timestamp{std::chrono::microseconds{key_of(mark, PromptOrder::created).time_us}}, mark.id};
  }

  projections::MadeFilter candidates() const {
    const bool by_occurrence = moment_.as_of && moment_.clock == projections::Clock::occurred;
    return {.author = listing_.filter.author, .label = listing_.filter.label, .happened_until = by_occurrence ? moment_.as_of : std::nullopt};
  }

  // Of candidates those that were there and match.
  std::vector<CatalogEntry> entries_of(const std::vector<projections::MadePrompt>& made) const {
    std::vector<StreamId> streams;
    for (const auto& prompt : made) streams.push_back({std::string(prompt::kStreamKind), prompt.id});
    std::vector<CatalogEntry> entries;
    for (const auto& stream : app_.history->begun_at(workspace_, streams, moment_)) {
      auto entry = prompt_at(app_, workspace_, stream.id, moment_, {}, Reading::as_far_as_possible);
      if (entry && matches(listing_.filter, entry->state)) entries.push_back(*std::move(entry));
    }
    return entries;
  }

  std::vector<CatalogEntry> labelled() const {
    std::vector<CatalogEntry> all;
    std::optional<projections::TimeMark> mark;
    do {
      const auto made = app_.prompts->made(workspace_, candidates(), projections::TimeOrder::oldest_first, mark, kChunk);
      std::ranges::move(entries_of(made.entries), std::back_inserter(all));
      mark = made.next;
    } while (mark);
    return all;
  }

  std::vector<CatalogEntry> all() const {
    std::vector<CatalogEntry> all;
    app_.history->workspace_at(workspace_, std::string(prompt::kStreamKind), moment_, [&](const std::string& stream, const std::vector<RecordedEvent>& events) {
      auto state = fold_readable<prompt::State>(events);
      if (!state || !matches(listing_.filter, *state)) return;
      const auto latest = state->latest();
      all.push_back({StreamId::parse(stream)->id, *std::move(state), latest});
    });
    return all;
  }

  const App& app_;
  const std::string& workspace_;
  const Moment& moment_;
  const PromptListing& listing_;
};

}  // namespace

PromptListing read_listing(Query& query) {
  PromptListing listing;
  auto& filter = listing.filter;
  filter.status = query.choice<prompt::Status>("status", kStatusWords);
  filter.tag = query.text("tag");
  filter.category = query.text("category");
  filter.author = query.text("author");
  filter.label = query.text("label");
  filter.text = query.text("q");
  filter.updated_since = query.time("updated_since");
  filter.deleted = query.boolean("deleted").value_or(false);
  const auto want = [&](const std::string& parameter, const std::string& name, const std::string& value) {
    if (!filter.metadata.emplace(name, value).second) query.refuse(parameter, "is given twice");
  };
  for (const auto& [name, value] : query.prefixed("metadata.")) want("metadata." + name, name, value);
  for (const auto name : kShortcuts) {
    if (const auto value = query.text(name)) want(std::string(name), std::string(name), *value);
  }
  std::tie(listing.order, listing.descending) = query.choice<Sort>("sort", kSorts).value_or(Sort{PromptOrder::created, true});
  return listing;
}

bool matches(const PromptFilter& filter, const prompt::State& state) {
  if (state.deleted() != filter.deleted) return false;
  if (filter.status && state.status != *filter.status) return false;
  if (filter.tag && std::ranges::find(state.tags, *filter.tag) == state.tags.end()) return false;
  if (filter.category && state.name.category != *filter.category) return false;
  if (filter.author && state.author != *filter.author) return false;
  if (filter.label && *filter.label != prompt::kLatestLabel && !state.labels.contains(*filter.label)) return false;
  if (filter.updated_since && state.updated_at < *filter.updated_since) return false;
  if (filter.text && !has_text(state, *filter.text)) return false;
  if (filter.metadata.empty()) return true;
  const json metadata = json::parse(state.metadata.text);
  return std::ranges::all_of(filter.metadata, [&](const auto& wanted) { return matches_metadata(metadata, wanted.first, wanted.second); });
}

projections::PromptPage list_past(const App& app, const std::string& workspace, const Moment& moment, const PromptListing& listing,
                                  const std::optional<PromptMark>& after, std::size_t limit) {
  const Past past{app, workspace, moment, listing};
  return listing.order == PromptOrder::created ? past.by_creation(after, limit) : past.by_state(after, limit);
}

}  // namespace ledger::http
