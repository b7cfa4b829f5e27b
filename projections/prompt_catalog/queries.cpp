#include "projections/prompt_catalog/queries.hpp"

#include <algorithm>
#include <charconv>
#include <limits>
#include <stdexcept>

#include "domain/json_text.hpp"
#include "domain/prompt/codec.hpp"
#include "projections/conditions.hpp"

namespace ledger::projections {
namespace {

constexpr std::string_view kSchema = "prompt_catalog.";

// $2 the number or null, $3 the label or null.
constexpr std::string_view kWanted =
    "CASE WHEN $2::int4 IS NOT NULL THEN $2::int4 WHEN $3::text IS NULL OR $3::text = 'latest' THEN p.head_version "
    "ELSE p.label_versions[array_position(p.label_names, $3::text)] END";

const std::string kByIdSql = select_entries(kSchema, kWanted) + "WHERE p.workspace = $1 AND p.id = $4";
const pg::Statement kById{"prompt_catalog.by_id", kByIdSql};

const std::string kFindVersionSql = "SELECT v.number, p.head_version FROM prompt_catalog.prompt p "
                                    "LEFT JOIN prompt_catalog.prompt_version v ON v.prompt_id = p.id AND v.number = " +
                                    std::string(kWanted) + " WHERE p.workspace = $1 AND p.id = $4";
const pg::Statement kFindVersion{"prompt_catalog.find_version", kFindVersionSql};

const std::string kByNameSql = select_entries(kSchema, kWanted) +
                               "WHERE p.workspace = $1 AND p.category = $4 AND p.name = $5 AND p.deleted_at IS NULL "
                               "ORDER BY p.height DESC LIMIT 1";
const pg::Statement kByName{"prompt_catalog.by_name", kByNameSql};

const pg::Statement kVersions{"prompt_catalog.versions", R"sql(
  SELECT v.number, v.content, v.source, v.parent_version, v.explanation, v.change_log, v.rolled_back_to, v.author, v.created_at, v.reason
  FROM prompt_catalog.prompt_version v JOIN prompt_catalog.prompt p ON p.id = v.prompt_id
  WHERE p.workspace = $1 AND v.prompt_id = $2 AND v.number < $3 ORDER BY v.number DESC LIMIT $4)sql"};

// As a list by time: with a column `id`, and what it is filtered by.
const std::string kSelectMadeVersions = R"sql(
  SELECT id, prompt_id, category, name, number, source, change_log, author, created_at FROM (
    SELECT v.prompt_id || '/' || v.number AS id, p.workspace, v.prompt_id, p.category, p.name, v.number, v.source, v.change_log, v.author, v.created_at
    FROM prompt_catalog.prompt_version v JOIN prompt_catalog.prompt p ON p.id = v.prompt_id) AS made)sql";

const pg::Statement kNames{"prompt_catalog.names", R"sql(
  SELECT id, category, name FROM prompt_catalog.prompt WHERE workspace = $1 AND id = ANY($2))sql"};

const pg::Statement kProtected{"prompt_catalog.protected_labels", R"sql(
  SELECT protected_labels FROM prompt_catalog.workspace_settings WHERE workspace = $1)sql"};

std::optional<std::int32_t> as_int4(const std::optional<prompt::VersionNumber>& number) {
  constexpr auto kLargest = static_cast<prompt::VersionNumber>(std::numeric_limits<std::int32_t>::max());
  return number ? std::optional{static_cast<std::int32_t>(std::min(*number, kLargest))} : std::nullopt;
}

std::optional<prompt::VersionNumber> as_version(const std::optional<std::int64_t>& number) {
  return number ? std::optional{static_cast<prompt::VersionNumber>(*number)} : std::nullopt;
}

std::optional<CatalogEntry> first_entry(const pg::Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional{entry_of(rows[0])};
}

// For LIKE, whose wildcards are text here.
std::string containing(const std::string& text) {
  std::string pattern = "%";
  for (const char c : text) {
    if (c == '%' || c == '_' || c == '\\') pattern += '\\';
    pattern += c;
  }
  return pattern + '%';
}

void add_metadata(Conditions& conditions, const std::string& name, const std::string& value) {
  const std::string key = json_string(name).text;
  const std::string as_string = "{" + key + ":" + json_string(value).text + "}";
  std::string condition = "p.metadata::jsonb @> " + conditions.param(pg::Jsonb{as_string});
  if (const auto json = parse_json_text(value); json && kind(*json) != JsonKind::string) {
    const std::string as_json = "{" + key + ":" + json->text + "}";
    condition = "(" + condition + " OR p.metadata::jsonb @> " + conditions.param(pg::Jsonb{as_json}) + ")";
  }
  conditions.add(condition);
}

void add_filter(Conditions& conditions, const PromptFilter& filter) {
  conditions.add(filter.deleted ? "p.deleted_at IS NOT NULL" : "p.deleted_at IS NULL");
  if (filter.status) conditions.where("p.status = ", to_text(*filter.status));
  if (filter.tag) conditions.where("p.tags @> ARRAY[", *filter.tag, "]");
  if (filter.category) conditions.where("p.category = ", *filter.category);
  if (filter.author) conditions.where("p.author = ", *filter.author);
  // `latest` is on every prompt.
  if (filter.label && *filter.label != prompt::kLatestLabel)
    conditions.where("p.label_names @> ARRAY[", *filter.label, "]");
  if (filter.updated_since) conditions.where("p.updated_at >= ", *filter.updated_since);
  for (const auto& [name, value] : filter.metadata) add_metadata(conditions, name, value);
  if (filter.text) {
    const auto pattern = conditions.param(containing(*filter.text));
    conditions.add("(p.name ILIKE " + pattern + " OR p.title ILIKE " + pattern + " OR p.description ILIKE " + pattern +
                   ")");
  }
}

std::string column_of(PromptOrder order) {
  switch (order) {
    case PromptOrder::created:
      return "p.created_at";
    case PromptOrder::updated:
      return "p.updated_at";
    case PromptOrder::name:
      return "p.name";
  }
  throw std::logic_error{"no such order"};
}

Timestamp instant_of(const std::string& key) {
  std::int64_t us = 0;
  const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), us);
  if (error != std::errc{} || end != key.data() + key.size()) throw std::invalid_argument{"a mark's key is no time"};
  return Timestamp{std::chrono::microseconds{us}};
}

PromptMark mark_of(const CatalogEntry& entry, PromptOrder order) {
  const auto text = [](Timestamp time) { return std::to_string(time.time_since_epoch().count()); };
  switch (order) {
    case PromptOrder::created:
      return {text(entry.state.created_at), entry.id};
    case PromptOrder::updated:
      return {text(entry.state.updated_at), entry.id};
    case PromptOrder::name:
      return {entry.state.name.name, entry.id};
  }
  throw std::logic_error{"no such order"};
}

const pg::Statement kMoves{"prompt_catalog.moves", R"sql(
  WITH mine AS (SELECT id FROM prompt_catalog.prompt WHERE workspace = $1 AND ($2::text IS NULL OR id = $2))
  SELECT width_bucket(v.created_at, $3) - 1, count(*), 0::int8
  FROM mine JOIN prompt_catalog.prompt_version v ON v.prompt_id = mine.id WHERE v.created_at >= $4 AND v.created_at < $5 GROUP BY 1
  UNION ALL
  SELECT width_bucket(m.moved_at, $3) - 1, 0::int8, count(*)
  FROM mine JOIN prompt_catalog.label_move m ON m.prompt_id = mine.id WHERE m.moved_at >= $4 AND m.moved_at < $5 GROUP BY 1)sql"};

VersionEntry made_version_of(const pg::Row& row) {
  return {std::string{row.text(0)},
          {.prompt = std::string{row.text(1)},
           .name = {std::string{row.text(2)}, std::string{row.text(3)}},
           .number = static_cast<prompt::VersionNumber>(row.number(4)),
           .source = std::string{row.text(5)},
           .change_log = std::string{row.text(6)},
           .author = std::string{row.text(7)},
           .created_at = row.time(8)}};
}

MadePrompt made_prompt_of(const pg::Row& row) { return {std::string{row.text(0)}, {row.time(1)}}; }

}  // namespace

PageQuery made_prompts_query(const std::string& workspace, const MadeFilter& filter, TimeOrder order, const std::optional<TimeMark>& after, int limit) {
  Conditions conditions;
  conditions.where("workspace = ", workspace);
  if (filter.author) conditions.where("author = ", *filter.author);
  if (filter.happened_until) conditions.where("created_at <= ", *filter.happened_until);
  if (filter.label && *filter.label != prompt::kLatestLabel) {
    std::string moves = "EXISTS (SELECT 1 FROM prompt_catalog.label_move m WHERE m.prompt_id = prompt.id AND m.label = " + conditions.param(*filter.label);
    if (filter.happened_until) moves += " AND m.moved_at <= " + conditions.param(*filter.happened_until);
    conditions.add(moves + ")");
  }
  return page_query("SELECT id, created_at FROM prompt_catalog.prompt", std::move(conditions), order, after, limit);
}

std::optional<CatalogEntry> PromptCatalog::by_id(const std::string& workspace, const std::string& id,
                                                 const WantedVersion& wanted) {
  const pg::Params params{workspace, as_int4(wanted.number), wanted.label, id};
  return pool_.read([&](pg::Connection& connection) { return first_entry(connection.run(kById, params)); });
}

std::optional<NamedVersion> PromptCatalog::find_version(const std::string& workspace, const std::string& id,
                                                        const WantedVersion& wanted) {
  const pg::Params params{workspace, as_int4(wanted.number), wanted.label, id};
  return pool_.read([&](pg::Connection& connection) -> std::optional<NamedVersion> {
    const auto rows = connection.run(kFindVersion, params);
    if (rows.empty()) return std::nullopt;
    const auto number = [&](int column) {
      return static_cast<prompt::VersionNumber>(rows[0].maybe_number(column).value_or(0));
    };
    return NamedVersion{number(0), number(1)};
  });
}

std::optional<CatalogEntry> PromptCatalog::by_name(const std::string& workspace, const prompt::Name& name,
                                                   const WantedVersion& wanted) {
  const pg::Params params{workspace, as_int4(wanted.number), wanted.label, name.category, name.name};
  return pool_.read([&](pg::Connection& connection) { return first_entry(connection.run(kByName, params)); });
}

PromptPage PromptCatalog::list(const std::string& workspace, const PromptFilter& filter, PromptOrder order,
                               bool descending, const std::optional<PromptMark>& after, int limit) {
  Conditions conditions;
  conditions.where("p.workspace = ", workspace);
  add_filter(conditions, filter);
  const auto column = column_of(order);
  if (after) {
    const auto key =
        order == PromptOrder::name ? conditions.param(after->key) : conditions.param(instant_of(after->key));
    conditions.add("(" + column + ", p.id) " + (descending ? "<" : ">") + " (" + key + ", " +
                   conditions.param(after->id) + ")");
  }
  const std::string direction = descending ? " DESC" : "";
  const std::string sql = select_entries(kSchema, "p.head_version") + conditions.sql() + " ORDER BY " + column +
                          direction + ", p.id" + direction + " LIMIT " +
                          conditions.param(static_cast<std::int64_t>(limit) + 1);
  return pool_.read([&](pg::Connection& connection) {
    PromptPage page;
    for (const pg::Row row : connection.query(sql, conditions.params())) {
      if (static_cast<int>(page.entries.size()) == limit) {
        page.next = mark_of(page.entries.back(), order);  // there is one more
        break;
      }
      page.entries.push_back(entry_of(row));
    }
    return page;
  });
}

TimePage<MadePrompt> PromptCatalog::made(const std::string& workspace, const MadeFilter& filter, TimeOrder order, const std::optional<TimeMark>& after, int limit) {
  return read_page(pool_, made_prompts_query(workspace, filter, order, after, limit), made_prompt_of);
}

std::vector<prompt::Version> PromptCatalog::versions(const std::string& workspace, const std::string& id,
                                                     std::optional<prompt::VersionNumber> below, int limit) {
  const pg::Params params{workspace, id, as_int4(below).value_or(std::numeric_limits<std::int32_t>::max()),
                          static_cast<std::int64_t>(limit)};
  return pool_.read([&](pg::Connection& connection) {
    std::vector<prompt::Version> out;
    for (const pg::Row row : connection.run(kVersions, params)) {
      out.push_back({.number = static_cast<prompt::VersionNumber>(row.number(0)),
                     .content = content_of(row.json(1)),
                     .source = std::string{row.text(2)},
                     .parent_version = as_version(row.maybe_number(3)),
                     .explanation = std::string{row.text(4)},
                     .change_log = std::string{row.text(5)},
                     .rolled_back_to = as_version(row.maybe_number(6)),
                     .author = std::string{row.text(7)},
                     .created_at = row.time(8),
                     .reason = row.maybe_text(9)});
    }
    return out;
  });
}

TimePage<VersionEntry> PromptCatalog::versions_over_time(const std::string& workspace, const std::optional<std::string>& prompt, const std::optional<Timestamp>& from,
                                                         const std::optional<Timestamp>& until, const std::optional<TimeMark>& after, int limit) {
  Conditions conditions;
  conditions.where("workspace = ", workspace);
  if (prompt) conditions.where("prompt_id = ", *prompt);
  if (from) conditions.where("created_at >= ", *from);
  if (until) conditions.where("created_at < ", *until);
  return read_page(pool_, kSelectMadeVersions, std::move(conditions), TimeOrder::oldest_first, after, limit, made_version_of);
}

std::map<std::string, prompt::Name> PromptCatalog::names(const std::string& workspace, const std::vector<std::string>& ids) {
  return pool_.read([&](pg::Connection& connection) {
    std::map<std::string, prompt::Name> names;
    for (const pg::Row row : connection.run(kNames, pg::Params{workspace, ids})) {
      names.emplace(row.text(0), prompt::Name{std::string{row.text(1)}, std::string{row.text(2)}});
    }
    return names;
  });
}

std::vector<PromptMoves> PromptCatalog::moves(const std::string& workspace, const std::optional<std::string>& id, const std::vector<Timestamp>& bounds) {
  return pool_.read([&](pg::Connection& connection) {
    std::vector<PromptMoves> moves(bounds.size() - 1);
    for (const pg::Row row : connection.run(kMoves, pg::Params{workspace, id, bounds, bounds.front(), bounds.back()})) {
      auto& at = moves[static_cast<std::size_t>(row.number(0))];
      at.versions_added += row.number(1);
      at.labels_moved += row.number(2);
    }
    return moves;
  });
}

std::vector<std::string> PromptCatalog::protected_labels(const std::string& workspace) {
  return pool_.read([&](pg::Connection& connection) {
    const auto rows = connection.run(kProtected, pg::Params{workspace});
    return rows.empty() ? std::vector<std::string>{} : rows[0].texts(0);
  });
}

}  // namespace ledger::projections
