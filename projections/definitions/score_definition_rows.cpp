#include "projections/definitions/score_definition_rows.hpp"

#include <stdexcept>

namespace ledger::projections {
namespace {

const std::string kLoadSql = "SELECT " + std::string{kScoreDefinitionColumns} + " FROM score_definition WHERE id = ANY($1)";
const pg::Statement kLoad{"definitions.load_score_definitions", kLoadSql};

// Bounds come as texts, since an array of numbers holds no nulls. Name and type never change.
const pg::Statement kUpsert{"definitions.upsert_score_definitions", R"sql(
  INSERT INTO score_definition (id, workspace, version, name, type, description, lowest, highest, categories, author, created_at, updated_at, deleted_at)
  SELECT id, workspace, version, name, type, description, lowest::numeric(16,6), highest::numeric(16,6), categories::text[], author, created_at, updated_at,
    deleted_at
  FROM unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::timestamptz[],
      $12::timestamptz[], $13::timestamptz[])
    AS r(id, workspace, version, name, type, description, lowest, highest, categories, author, created_at, updated_at, deleted_at)
  ON CONFLICT (id) DO UPDATE SET
    version = excluded.version, description = excluded.description, lowest = excluded.lowest, highest = excluded.highest, categories = excluded.categories,
    updated_at = excluded.updated_at, deleted_at = excluded.deleted_at)sql"};

std::optional<std::string> text_of(const std::optional<Score>& bound) { return bound ? std::optional{to_text(*bound)} : std::nullopt; }

std::optional<Score> bound_of(const pg::Row& row, int column) {
  const auto millionths = row.maybe_number(column);
  return millionths ? std::optional{Score{*millionths}} : std::nullopt;
}

// The definitions as one array per column.
class Columns {
 public:
  void add(const std::string& id, const score_definition::State& state) {
    ids_.push_back(id);
    workspaces_.push_back(state.workspace);
    versions_.push_back(static_cast<std::int64_t>(state.version));
    names_.push_back(state.name);
    types_.emplace_back(to_text(state.type));
    descriptions_.push_back(state.rules.description);
    lowest_.push_back(text_of(state.rules.lowest));
    highest_.push_back(text_of(state.rules.highest));
    categories_.push_back(pg::array_literal(state.rules.categories));
    authors_.push_back(state.author);
    created_.push_back(state.created_at);
    updated_.push_back(state.updated_at);
    deleted_.push_back(state.deleted_at);
  }

  pg::Params params() const {
    return pg::Params{ids_, workspaces_, versions_, names_, types_, descriptions_, lowest_, highest_, categories_, authors_, created_, updated_, deleted_};
  }

 private:
  std::vector<std::string> ids_, workspaces_, names_, types_, descriptions_, categories_, authors_;
  std::vector<std::optional<std::string>> lowest_, highest_;
  std::vector<std::int64_t> versions_;
  std::vector<Timestamp> created_, updated_;
  std::vector<std::optional<Timestamp>> deleted_;
};

}  // namespace

ScoreDefinitionEntry score_definition_of(const pg::Row& row) {
  ScoreDefinitionEntry entry;
  auto& state = entry.state;
  entry.id = row.text(0);
  state.workspace = row.text(1);
  state.version = static_cast<std::uint64_t>(row.number(2));
  state.name = row.text(3);
  const auto type = score::parse_type(row.text(4));
  if (!type) throw std::logic_error{"a stored score definition is of no type"};
  state.type = *type;
  state.rules = {.description = std::string{row.text(5)}, .lowest = bound_of(row, 6), .highest = bound_of(row, 7), .categories = row.texts(8)};
  state.author = row.text(9);
  state.created_at = row.time(10);
  state.updated_at = row.time(11);
  state.deleted_at = row.maybe_time(12);
  return entry;
}

std::map<std::string, score_definition::State> load_score_definitions(pg::Connection& connection, const std::vector<std::string>& ids) {
  return load_states(connection, kLoad, ids, score_definition_of);
}

void write_score_definitions(pg::Connection& connection, const FoldedStreams<score_definition::State>& definitions) {
  if (definitions.empty()) return;
  Columns columns;
  for (const auto& [id, folded] : definitions) columns.add(id, folded.after);
  connection.run(kUpsert, columns.params());
}

}  // namespace ledger::projections
