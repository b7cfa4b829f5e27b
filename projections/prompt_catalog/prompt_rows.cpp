#include "projections/prompt_catalog/prompt_rows.hpp"

#include "domain/prompt/codec.hpp"
#include "infra/postgres/copy.hpp"
#include "projections/prompt_catalog/state_rows.hpp"

namespace ledger::projections {
namespace {

const std::string kLoadSql = select_entries("", "NULL::int4") + "WHERE p.id = ANY($1)";
const pg::Statement kLoad{"prompt_catalog.load_prompts", kLoadSql};

// Arrays within arrays must be of equal length, so those come as literals.
const pg::Statement kUpsert{"prompt_catalog.upsert_prompts", R"sql(
  INSERT INTO prompt (id, workspace, version, height, category, name, title, description, status, tags, label_names, label_versions, metadata,
    author, request_id, forked_from, forked_version, head_version, created_at, updated_at, published_at, deleted_at)
  SELECT id, workspace, version, height, category, name, title, description, status, tags::text[], label_names::text[], label_versions::int4[],
    metadata::json, author, request_id, forked_from, nullif(forked_version, 0), head_version, created_at, updated_at, published_at, deleted_at
  FROM unnest($1::text[], $2::text[], $3::int8[], $4::int8[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
      $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::int4[], $18::int4[], $19::timestamptz[], $20::timestamptz[],
      $21::timestamptz[], $22::timestamptz[])
    AS r(id, workspace, version, height, category, name, title, description, status, tags, label_names, label_versions, metadata, author, request_id,
      forked_from, forked_version, head_version, created_at, updated_at, published_at, deleted_at)
  ON CONFLICT (id) DO UPDATE SET
    version = excluded.version, height = excluded.height, category = excluded.category, name = excluded.name, title = excluded.title,
    description = excluded.description, status = excluded.status, tags = excluded.tags, label_names = excluded.label_names,
    label_versions = excluded.label_versions, metadata = excluded.metadata, head_version = excluded.head_version,
    updated_at = excluded.updated_at, published_at = excluded.published_at, deleted_at = excluded.deleted_at)sql"};

// The prompts as one array per column.
class PromptColumns {
 public:
  void add(const std::string& id, const prompt::State& state, std::uint64_t height) {
    ids_.push_back(id);
    workspaces_.push_back(state.workspace);
    versions_.push_back(static_cast<std::int64_t>(state.version));
    heights_.push_back(static_cast<std::int64_t>(height));
    categories_.push_back(state.name.category);
    names_.push_back(state.name.name);
    titles_.push_back(state.title);
    descriptions_.push_back(state.description);
    statuses_.emplace_back(to_text(state.status));
    tags_.push_back(pg::array_literal(state.tags));
    std::vector<std::string> labels, label_versions;
    for (const auto& [label, version] : state.labels) {
      labels.push_back(label);
      label_versions.push_back(std::to_string(version));
    }
    label_names_.push_back(pg::array_literal(labels));
    label_versions_.push_back(pg::array_literal(label_versions));
    metadata_.push_back(state.metadata.text);
    authors_.push_back(state.author);
    request_ids_.push_back(state.request_id);
    forked_from_.push_back(state.forked_from ? std::optional{state.forked_from->prompt} : std::nullopt);
    forked_versions_.push_back(state.forked_from ? static_cast<std::int32_t>(state.forked_from->version) : 0);
    head_versions_.push_back(static_cast<std::int32_t>(state.latest()));
    created_.push_back(state.created_at);
    updated_.push_back(state.updated_at);
    published_.push_back(state.published_at);
    deleted_.push_back(state.deleted_at);
  }

  pg::Params params() const {
    return pg::Params{ids_,      workspaces_,   versions_,    heights_,     categories_,      names_,
                      titles_,   descriptions_, statuses_,    tags_,        label_names_,     label_versions_,
                      metadata_, authors_,      request_ids_, forked_from_, forked_versions_, head_versions_,
                      created_,  updated_,      published_,   deleted_};
  }

 private:
  using Texts = std::vector<std::string>;
  Texts ids_, workspaces_, categories_, names_, titles_, descriptions_, statuses_, tags_, label_names_, label_versions_,
      metadata_, authors_, request_ids_;
  std::vector<std::optional<std::string>> forked_from_;
  std::vector<std::int64_t> versions_, heights_;
  std::vector<std::int32_t> forked_versions_, head_versions_;
  std::vector<Timestamp> created_, updated_;
  std::vector<std::optional<Timestamp>> published_, deleted_;
};

pg::CopyIn& int4_or_null(pg::CopyIn& copy, const std::optional<prompt::VersionNumber>& number) {
  return number ? copy.int4(static_cast<std::int32_t>(*number)) : copy.null();
}

void copy_versions(pg::Connection& connection, const FoldedStreams<prompt::State>& prompts) {
  pg::CopyIn copy{connection,
                  "prompt_version (prompt_id, number, content, source, parent_version, explanation, change_log, "
                  "rolled_back_to, author, "
                  "created_at, reason)"};
  for (const auto& [id, folded] : prompts) {
    const auto& versions = folded.after.versions;
    for (std::size_t i = folded.before.versions.size(); i < versions.size(); ++i) {
      const auto& version = *versions[i];
      copy.row(11)
          .text(id)
          .int4(static_cast<std::int32_t>(version.number))
          .text(prompt::encode_content(*version.content))
          .text(version.source);
      int4_or_null(copy, version.parent_version).text(version.explanation).text(version.change_log);
      int4_or_null(copy, version.rolled_back_to)
          .text(version.author)
          .time(version.created_at)
          .text_or_null(version.reason);
    }
  }
  copy.finish();
}

void copy_label_moves(pg::Connection& connection, const FoldedStreams<prompt::State>& prompts) {
  pg::CopyIn copy{connection, "label_move (prompt_id, ordinal, label, version, moved_at, moved_by, reason)"};
  for (const auto& [id, folded] : prompts) {
    const auto& moves = folded.after.label_moves;
    for (std::size_t i = folded.before.label_moves.size(); i < moves.size(); ++i) {
      const auto& move = *moves[i];
      copy.row(7).text(id).int4(static_cast<std::int32_t>(i)).text(move.label);
      int4_or_null(copy, move.version).time(move.at).text(move.moved_by).text_or_null(move.reason);
    }
  }
  copy.finish();
}

template <class Grew>
bool any(const FoldedStreams<prompt::State>& prompts, Grew grew) {
  return std::any_of(prompts.begin(), prompts.end(), [&](const auto& entry) { return grew(entry.second); });
}

}  // namespace

std::map<std::string, prompt::State> load_prompts(pg::Connection& connection, const std::vector<std::string>& ids) {
  return load_states(connection, kLoad, ids, entry_of);
}

void write_prompts(pg::Connection& connection, const FoldedStreams<prompt::State>& prompts) {
  if (prompts.empty()) return;
  PromptColumns columns;
  for (const auto& [id, folded] : prompts) columns.add(id, folded.after, folded.height);
  connection.run(kUpsert, columns.params());
  using Folded = Folded<prompt::State>;
  if (any(prompts, [](const Folded& f) { return f.after.versions.size() > f.before.versions.size(); }))
    copy_versions(connection, prompts);
  if (any(prompts, [](const Folded& f) { return f.after.label_moves.size() > f.before.label_moves.size(); }))
    copy_label_moves(connection, prompts);
}

}  // namespace ledger::projections
