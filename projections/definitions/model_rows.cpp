#include "projections/definitions/model_rows.hpp"

namespace ledger::projections {
namespace {

const std::string kLoadSql = "SELECT " + std::string{kModelColumns} + " FROM model_definition WHERE id = ANY($1)";
const pg::Statement kLoad{"definitions.load_models", kLoadSql};

// Its name never changes.
const pg::Statement kUpsert{"definitions.upsert_models", R"sql(
  INSERT INTO model_definition (id, workspace, version, name, provider, display_name, description, context_window, max_output_tokens, capabilities, prices, author,
    created_at, updated_at, deleted_at)
  SELECT id, workspace, version, name, provider, display_name, description, nullif(context_window, 0), nullif(max_output_tokens, 0), capabilities::text[],
    prices::json, author, created_at, updated_at, deleted_at
  FROM unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int8[], $9::int8[], $10::text[], $11::text[],
      $12::text[], $13::timestamptz[], $14::timestamptz[], $15::timestamptz[])
    AS r(id, workspace, version, name, provider, display_name, description, context_window, max_output_tokens, capabilities, prices, author, created_at,
      updated_at, deleted_at)
  ON CONFLICT (id) DO UPDATE SET
    version = excluded.version, provider = excluded.provider, display_name = excluded.display_name, description = excluded.description,
    context_window = excluded.context_window, max_output_tokens = excluded.max_output_tokens, capabilities = excluded.capabilities,
    prices = excluded.prices, updated_at = excluded.updated_at, deleted_at = excluded.deleted_at)sql"};

// The models as one array per column.
class Columns {
 public:
  void add(const std::string& id, const model::State& state) {
    const auto& details = state.details;
    ids_.push_back(id);
    workspaces_.push_back(state.workspace);
    versions_.push_back(static_cast<std::int64_t>(state.version));
    names_.push_back(state.name);
    providers_.push_back(details.provider);
    display_names_.push_back(details.display_name);
    descriptions_.push_back(details.description);
    windows_.push_back(static_cast<std::int64_t>(details.context_window.value_or(0)));
    outputs_.push_back(static_cast<std::int64_t>(details.max_output_tokens.value_or(0)));
    capabilities_.push_back(pg::array_literal(details.capabilities));
    prices_.push_back(model::encode_prices(state.prices));
    authors_.push_back(state.author);
    created_.push_back(state.created_at);
    updated_.push_back(state.updated_at);
    deleted_.push_back(state.deleted_at);
  }

  pg::Params params() const {
    return pg::Params{ids_,     workspaces_,   versions_, names_,   providers_, display_names_, descriptions_, windows_,
                      outputs_, capabilities_, prices_,   authors_, created_,   updated_,       deleted_};
  }

 private:
  std::vector<std::string> ids_, workspaces_, names_, providers_, display_names_, descriptions_, capabilities_, prices_, authors_;
  std::vector<std::int64_t> versions_, windows_, outputs_;
  std::vector<Timestamp> created_, updated_;
  std::vector<std::optional<Timestamp>> deleted_;
};

std::optional<std::uint64_t> tokens_of(const pg::Row& row, int column) {
  const auto tokens = row.maybe_number(column);
  return tokens ? std::optional{static_cast<std::uint64_t>(*tokens)} : std::nullopt;
}

}  // namespace

ModelEntry model_of(const pg::Row& row) {
  ModelEntry entry;
  auto& state = entry.state;
  entry.id = row.text(0);
  state.workspace = row.text(1);
  state.version = static_cast<std::uint64_t>(row.number(2));
  state.name = row.text(3);
  state.details.provider = row.text(4);
  state.details.display_name = row.text(5);
  state.details.description = row.text(6);
  state.details.context_window = tokens_of(row, 7);
  state.details.max_output_tokens = tokens_of(row, 8);
  state.details.capabilities = row.texts(9);
  state.prices = model::decode_prices(row.json(10));
  state.author = row.text(11);
  state.created_at = row.time(12);
  state.updated_at = row.time(13);
  state.deleted_at = row.maybe_time(14);
  return entry;
}

std::map<std::string, model::State> load_models(pg::Connection& connection, const std::vector<std::string>& ids) {
  return load_states(connection, kLoad, ids, model_of);
}

void write_models(pg::Connection& connection, const FoldedStreams<model::State>& models) {
  if (models.empty()) return;
  Columns columns;
  for (const auto& [id, folded] : models) columns.add(id, folded.after);
  connection.run(kUpsert, columns.params());
}

}  // namespace ledger::projections
