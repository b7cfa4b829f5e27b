#include "projections/prompt_catalog/state_rows.hpp"

#include <stdexcept>

#include "domain/prompt/codec.hpp"

namespace ledger::projections {
namespace {

using prompt::VersionNumber;

VersionNumber number_of(std::int64_t value) { return static_cast<VersionNumber>(value); }

// The columns are those of select_entries, by number.
enum Column : int {
  kId,
  kWorkspace,
  kVersion,
  kCategory,
  kName,
  kTitle,
  kDescription,
  kStatus,
  kTags,
  kLabelNames,
  kLabelVersions,
  kMetadata,
  kAuthor,
  kRequestId,
  kForkedFrom,
  kForkedVersion,
  kCreatedAt,
  kUpdatedAt,
  kPublishedAt,
  kDeletedAt,
  kWanted,
  kContent,
  kSources,
  kParents,
  kExplanations,
  kChangeLogs,
  kRollbacks,
  kAuthors,
  kTimes,
  kReasons,
  kMoveLabels,
  kMoveVersions,
  kMoveTimes,
  kMovers,
  kMoveReasons,
};

std::optional<VersionNumber> unless_zero(std::int64_t value) {
  return value == 0 ? std::nullopt : std::optional{number_of(value)};
}

void read_versions(const pg::Row& row, prompt::State& state, VersionNumber wanted) {
  if (row.is_null(kSources)) return;
  const auto sources = row.texts(kSources), explanations = row.texts(kExplanations),
             change_logs = row.texts(kChangeLogs), authors = row.texts(kAuthors);
  const auto parents = row.numbers(kParents), rollbacks = row.numbers(kRollbacks);
  const auto times = row.times(kTimes);
  const auto reasons = row.maybe_texts(kReasons);
  state.versions.reserve(sources.size());
  for (std::size_t i = 0; i < sources.size(); ++i) {
    const auto number = number_of(static_cast<std::int64_t>(i) + 1);
    state.versions.push_back(std::make_shared<const prompt::Version>(prompt::Version{
        .number = number,
        .content = number == wanted ? content_of(row.json(kContent)) : nullptr,
        .source = sources[i],
        .parent_version = unless_zero(parents[i]),
        .explanation = explanations[i],
        .change_log = change_logs[i],
        .rolled_back_to = unless_zero(rollbacks[i]),
        .author = authors[i],
        .created_at = times[i],
        .reason = reasons[i],
    }));
  }
}

void read_label_moves(const pg::Row& row, prompt::State& state) {
  if (row.is_null(kMoveLabels)) return;
  const auto labels = row.texts(kMoveLabels), movers = row.texts(kMovers);
  const auto versions = row.numbers(kMoveVersions);
  const auto times = row.times(kMoveTimes);
  const auto reasons = row.maybe_texts(kMoveReasons);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    state.label_moves.push_back(std::make_shared<const prompt::LabelMove>(
        prompt::LabelMove{labels[i], unless_zero(versions[i]), times[i], movers[i], reasons[i]}));
  }
}

}  // namespace

prompt::ContentPtr content_of(std::string_view json) {
  auto content = prompt::decode_content(json);
  if (!content) throw std::logic_error{"a stored content cannot be read any more: " + content.error()};
  return std::make_shared<const prompt::Content>(std::move(*content));
}

std::string select_entries(std::string_view schema, std::string_view wanted) {
  const std::string prefix{schema};
  return R"sql(
  SELECT p.id, p.workspace, p.version, p.category, p.name, p.title, p.description, p.status, p.tags, p.label_names, p.label_versions, p.metadata,
    p.author, p.request_id, p.forked_from, p.forked_version, p.created_at, p.updated_at, p.published_at, p.deleted_at,
    w.number, w.content,
    v.sources, v.parents, v.explanations, v.change_logs, v.rollbacks, v.authors, v.times, v.reasons,
    m.labels, m.versions, m.times, m.movers, m.reasons
  FROM )sql" +
         prefix + R"sql(prompt p
  LEFT JOIN )sql" +
         prefix + "prompt_version w ON w.prompt_id = p.id AND w.number = " + std::string{wanted} + R"sql(
  LEFT JOIN LATERAL (
    SELECT array_agg(source) AS sources, array_agg(coalesce(parent_version, 0)) AS parents, array_agg(explanation) AS explanations,
      array_agg(change_log) AS change_logs, array_agg(coalesce(rolled_back_to, 0)) AS rollbacks, array_agg(author) AS authors,
      array_agg(created_at) AS times, array_agg(reason) AS reasons
    FROM (SELECT * FROM )sql" +
         prefix + R"sql(prompt_version WHERE prompt_id = p.id ORDER BY number) ordered
  ) v ON true
  LEFT JOIN LATERAL (
    SELECT array_agg(label) AS labels, array_agg(coalesce(version, 0)) AS versions, array_agg(moved_at) AS times, array_agg(moved_by) AS movers,
      array_agg(reason) AS reasons
    FROM (SELECT * FROM )sql" +
         prefix + R"sql(label_move WHERE prompt_id = p.id ORDER BY ordinal) ordered
  ) m ON true
)sql";
}

CatalogEntry entry_of(const pg::Row& row) {
  CatalogEntry entry;
  entry.id = row.text(kId);
  entry.wanted = row.is_null(kWanted) ? 0 : number_of(row.number(kWanted));
  auto& state = entry.state;
  state.version = static_cast<std::uint64_t>(row.number(kVersion));
  state.workspace = row.text(kWorkspace);
  state.name = {std::string{row.text(kCategory)}, std::string{row.text(kName)}};
  state.title = row.text(kTitle);
  state.description = row.text(kDescription);
  const auto status = prompt::parse_status(row.text(kStatus));
  if (!status) throw std::logic_error{"a stored status is none"};
  state.status = *status;
  state.tags = row.texts(kTags);
  const auto label_names = row.texts(kLabelNames);
  const auto label_versions = row.numbers(kLabelVersions);
  for (std::size_t i = 0; i < label_names.size(); ++i)
    state.labels.emplace(label_names[i], number_of(label_versions[i]));
  state.metadata = {std::string{row.json(kMetadata)}};
  state.author = row.text(kAuthor);
  state.request_id = row.text(kRequestId);
  if (!row.is_null(kForkedFrom))
    state.forked_from = prompt::ForkedFrom{std::string{row.text(kForkedFrom)}, number_of(row.number(kForkedVersion))};
  state.created_at = row.time(kCreatedAt);
  state.updated_at = row.time(kUpdatedAt);
  state.published_at = row.maybe_time(kPublishedAt);
  state.deleted_at = row.maybe_time(kDeletedAt);
  read_versions(row, state, entry.wanted);
  read_label_moves(row, state);
  return entry;
}

}  // namespace ledger::projections
