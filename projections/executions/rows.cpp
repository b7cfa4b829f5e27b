#include "projections/executions/rows.hpp"

#include <stdexcept>

#include "domain/execution/codec.hpp"
#include "infra/postgres/copy.hpp"

namespace ledger::projections {

namespace {

const std::string kLoadSql = "SELECT " + std::string{kExecutionColumns} + " FROM execution WHERE id = ANY($1)";
const pg::Statement kLoad{"executions.load", kLoadSql};

// What was asked for never changes.
const pg::Statement kUpsert{"executions.upsert", R"sql(
  INSERT INTO execution (id, workspace, version, actor, request_id, prompt_id, prompt_version, label, ab_test, priority, provider, model, inputs,
    inputs_subject, context, user_name, session, trace_id, edge_function_id, status, output, output_subject, error, token_usage, tokens, cost_usd,
    latency_ms, validation_status, validated_output, log_lines, created_at, recorded_at, started_at, completed_at)
  SELECT id, workspace, version, actor, request_id, prompt_id, prompt_version, label, ab_test, priority, provider, model, inputs,
    inputs_subject, context::json, user_name, session, trace_id, edge_function_id, status, output, output_subject, error, token_usage::json, tokens,
    cost_usd::numeric(19,6), nullif(latency_ms, 0), validation_status, validated_output::json, log_lines, created_at, recorded_at, started_at, completed_at
  FROM unnest($1::text[], $2::text[], $3::int8[], $4::text[], $5::text[], $6::text[], $7::int4[], $8::text[], $9::text[], $10::text[], $11::text[],
      $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::text[],
      $23::text[], $24::text[], $25::int8[], $26::text[], $27::int4[], $28::text[], $29::text[], $30::int8[], $31::timestamptz[], $32::timestamptz[],
      $33::timestamptz[], $34::timestamptz[])
    AS r(id, workspace, version, actor, request_id, prompt_id, prompt_version, label, ab_test, priority, provider, model, inputs, inputs_subject,
      context, user_name, session, trace_id, edge_function_id, status, output, output_subject, error, token_usage, tokens, cost_usd, latency_ms,
      validation_status, validated_output, log_lines, created_at, recorded_at, started_at, completed_at)
  ON CONFLICT (id) DO UPDATE SET
    version = excluded.version, status = excluded.status, output = excluded.output, output_subject = excluded.output_subject, error = excluded.error,
    token_usage = excluded.token_usage, tokens = excluded.tokens, cost_usd = excluded.cost_usd, latency_ms = excluded.latency_ms,
    validation_status = excluded.validation_status, validated_output = excluded.validated_output, log_lines = excluded.log_lines,
    started_at = excluded.started_at, completed_at = excluded.completed_at)sql"};

// The executions as one array per column.
class Columns {
 public:
  void add(const std::string& id, const execution::State& state) {
    const auto& request = state.request;
    const auto& ending = state.ending;
    ids_.push_back(id);
    workspaces_.push_back(state.workspace);
    versions_.push_back(static_cast<std::int64_t>(state.version));
    actors_.push_back(state.actor);
    request_ids_.push_back(request.request_id);
    prompts_.push_back(request.prompt);
    prompt_versions_.push_back(static_cast<std::int32_t>(request.version));
    labels_.push_back(request.label);
    ab_tests_.push_back(request.ab_test);
    priorities_.emplace_back(to_text(request.priority));
    providers_.push_back(request.provider);
    models_.push_back(request.model);
    inputs_.push_back(request.inputs.text);
    inputs_subjects_.push_back(request.inputs.subject);
    contexts_.push_back(request.context.text);
    users_.push_back(request.user);
    sessions_.push_back(request.session);
    traces_.push_back(request.trace_id);
    edges_.push_back(request.edge_function_id);
    statuses_.emplace_back(to_text(state.status));
    outputs_.push_back(ending.output.text);
    output_subjects_.push_back(ending.output.subject);
    errors_.push_back(ending.error);
    usages_.push_back(execution::encode_usage(ending.usage));
    tokens_.push_back(static_cast<std::int64_t>(ending.usage.total));
    costs_.push_back(to_text(ending.cost));
    latencies_.push_back(static_cast<std::int32_t>(ending.latency_ms.value_or(0)));
    validations_.emplace_back(to_text(state.checked.status));
    validated_.push_back(state.checked.output ? std::optional{state.checked.output->text} : std::nullopt);
    log_lines_.push_back(static_cast<std::int64_t>(state.log_lines));
    created_.push_back(state.created_at);
    recorded_.push_back(state.recorded_at);
    started_.push_back(state.started_at);
    completed_.push_back(state.completed_at);
  }

  pg::Params params() const {
    return pg::Params{ids_,      workspaces_, versions_, actors_,          request_ids_, prompts_, prompt_versions_, labels_,    ab_tests_,    priorities_, providers_,
                      models_,   inputs_,     inputs_subjects_, contexts_, users_,       sessions_, traces_,         edges_,     statuses_,    outputs_,    output_subjects_,
                      errors_,   usages_,     tokens_,   costs_,           latencies_,   validations_, validated_,   log_lines_, created_,     recorded_,   started_,    completed_};
  }

 private:
  using Texts = std::vector<std::string>;
  Texts ids_, workspaces_, actors_, request_ids_, prompts_, labels_, ab_tests_, priorities_, providers_, models_, inputs_, inputs_subjects_, contexts_, users_, sessions_,
      traces_, edges_, statuses_, outputs_, output_subjects_, errors_, usages_, costs_, validations_;
  std::vector<std::optional<std::string>> validated_;
  std::vector<std::int64_t> versions_, tokens_, log_lines_;
  std::vector<std::int32_t> prompt_versions_, latencies_;
  std::vector<Timestamp> created_, recorded_;
  std::vector<std::optional<Timestamp>> started_, completed_;
};

template <class T>
T stored(std::optional<T> value) {
  if (!value) throw std::logic_error{"a stored execution has a word or amount that is none"};
  return *std::move(value);
}

std::string text_of(const pg::Row& row, int column) { return std::string{row.text(column)}; }

}  // namespace

ExecutionEntry execution_of(const pg::Row& row) {
  int at = 0;
  const auto text = [&] { return text_of(row, at++); };
  ExecutionEntry entry;
  auto& state = entry.state;
  auto& request = state.request;
  entry.id = text();
  state.workspace = text();
  state.version = static_cast<std::uint64_t>(row.number(at++));
  state.actor = text();
  request.request_id = text();
  request.prompt = text();
  request.version = static_cast<prompt::VersionNumber>(row.number(at++));
  request.label = text();
  request.ab_test = text();
  request.priority = stored(execution::parse_priority(text()));
  request.provider = text();
  request.model = text();
  request.inputs.text = text();
  request.inputs.subject = text();
  request.context.text = std::string{row.json(at++)};
  request.user = text();
  request.session = text();
  request.trace_id = text();
  request.edge_function_id = text();
  state.status = stored(execution::parse_status(text()));
  state.ending.output.text = text();
  state.ending.output.subject = text();
  state.ending.error = text();
  state.ending.usage = execution::decode_usage(row.json(at++));
  state.ending.cost = stored(parse_money(text()));
  if (const auto latency = row.maybe_number(at++)) state.ending.latency_ms = static_cast<std::uint32_t>(*latency);
  state.checked.status = stored(execution::parse_validation(text()));
  if (!row.is_null(at)) state.checked.output = JsonText{std::string{row.json(at)}};
  ++at;
  state.log_lines = static_cast<std::uint64_t>(row.number(at++));
  state.created_at = row.time(at++);
  state.recorded_at = row.time(at++);
  state.started_at = row.maybe_time(at++);
  state.completed_at = row.maybe_time(at++);
  return entry;
}

std::map<std::string, execution::State> load_executions(pg::Connection& connection, const std::vector<std::string>& ids) {
  return load_states(connection, kLoad, ids, execution_of);
}

void write_executions(pg::Connection& connection, const FoldedStreams<execution::State>& executions) {
  if (executions.empty()) return;
  Columns columns;
  for (const auto& [id, folded] : executions) columns.add(id, folded.after);
  connection.run(kUpsert, columns.params());
}

void write_log_lines(pg::Connection& connection, const std::vector<LogLine>& lines) {
  if (lines.empty()) return;
  pg::CopyIn copy{connection, "execution_log (execution_id, number, level, message, data, logged_at)"};
  for (const auto& line : lines) {
    copy.row(6).text(line.execution).int8(static_cast<std::int64_t>(line.number)).text(to_text(line.line.level)).text(line.line.message).text(line.line.data.text).time(line.at);
  }
  copy.finish();
}

}  // namespace ledger::projections
