#include "http/prompt_list.hpp"

#include <algorithm>
#include <charconv>

#include "domain/json.hpp"
#include "http/past.hpp"
#include "http/prompt_fields.hpp"

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
  if (filter.label && state.find_labelled(*filter.label) == nullptr) return false;
  if (filter.updated_since && state.updated_at < *filter.updated_since) return false;
  if (filter.text && !has_text(state, *filter.text)) return false;
  if (filter.metadata.empty()) return true;
  const json metadata = json::parse(state.metadata.text);
  return std::ranges::all_of(filter.metadata, [&](const auto& wanted) { return matches_metadata(metadata, wanted.first, wanted.second); });
}

projections::PromptPage list_past(const App& app, const std::string& workspace, const Moment& moment, const PromptListing& listing,
                                  const std::optional<PromptMark>& after, std::size_t limit) {
  std::vector<CatalogEntry> entries;
  app.history->workspace_at(workspace, std::string(prompt::kStreamKind), moment, [&](const std::string& stream, const std::vector<RecordedEvent>& events) {
    auto state = fold_readable<prompt::State>(events);
    if (!state || !matches(listing.filter, *state)) return;
    const auto latest = state->latest();
    entries.push_back({StreamId::parse(stream)->id, *std::move(state), latest});
  });
  const auto before = [&](const SortKey& a, const SortKey& b) { return listing.descending ? b < a : a < b; };
  std::ranges::sort(entries, [&](const CatalogEntry& a, const CatalogEntry& b) { return before(key_of(a, listing.order), key_of(b, listing.order)); });
  if (after) {
    const auto mark = key_of(*after, listing.order);
    std::erase_if(entries, [&](const CatalogEntry& entry) { return !before(mark, key_of(entry, listing.order)); });
  }
  projections::PromptPage page;
  if (entries.size() > limit) {
    entries.resize(limit);
    page.next = mark_of(entries.back(), listing.order);
  }
  page.entries = std::move(entries);
  return page;
}

}  // namespace ledger::http
