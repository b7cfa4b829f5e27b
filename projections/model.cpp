#include "projections/model.hpp"

#include <algorithm>
#include <set>

#include "projections/sql_files.hpp"

namespace ledger::projections {
namespace {

const pg::Statement kLock{"session.lock", "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"};
const pg::Statement kNotify{"session.notify", "SELECT pg_notify($1, $2)"};
const pg::Statement kHold{"model.hold", "SELECT 1 FROM checkpoint ORDER BY topic, partition FOR UPDATE"};
const pg::Statement kVersion{"model.version", "SELECT version FROM model"};
const pg::Statement kSetVersion{"model.set_version", "INSERT INTO model (version) VALUES ($1)"};

std::string positions_text(const Anchors& anchors) {
  std::string out;
  for (const auto& [partition, anchor] : anchors) {
    if (!out.empty()) out += ' ';
    out += partition.topic + '/' + std::to_string(partition.number) + '/' + std::to_string(anchor.head.height);
  }
  return out;
}

}  // namespace

std::string notification_channel(std::string_view projection) { return "ledger_" + std::string{projection}; }

std::optional<int> model_version(pg::Connection& connection, const std::string& schema) {
  if (connection.query("SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'model'", pg::Params{schema})
          .empty())
    return std::nullopt;
  const auto rows = connection.query("SELECT version FROM " + pg::quote_name(schema) + ".model");
  return rows.empty() ? std::nullopt : std::optional{static_cast<int>(rows[0].number(0))};
}

std::vector<std::string> tables_of(pg::Connection& connection, const std::string& schema) {
  std::vector<std::string> tables;
  for (const pg::Row row : connection.query("SELECT tablename::text FROM pg_tables WHERE schemaname = $1 ORDER BY 1", pg::Params{schema}))
    tables.emplace_back(row.text(0));
  return tables;
}

void create_model(pg::Connection& connection, const Projection& projection, const std::string& schema,
                  Indexes indexes) {
  pg::Transaction transaction{connection};
  // Two processes that start at once make it once.
  connection.run(kLock, pg::Params{"model:" + schema});
  if (model_version(connection, schema)) return;
  connection.script("CREATE SCHEMA IF NOT EXISTS " + pg::quote_name(schema));
  connection.script("SET LOCAL search_path = " + pg::quote_name(schema));
  connection.script(sql_file("projections/model.sql"));
  if (!projection.tables_sql().empty()) connection.script(projection.tables_sql());
  if (indexes == Indexes::now && !projection.indexes_sql().empty()) connection.script(projection.indexes_sql());
  connection.run(kSetVersion, pg::Params{projection.version()});
  transaction.commit();
}

const Orders& Model::heed() {
  const std::string name{projection_.name()};
  const auto orders = load_orders(connection_, name);
  if (orders.tries != orders_.tries) left_out_ = load_left_out(connection_, name);
  orders_ = orders;
  return orders_;
}

BatchOutcome Model::apply(std::span<const Applied> batch, const Anchors& to) {
  try {
    return apply_once(batch, to, OnBadData::give_up);
  } catch (const pg::Fault& fault) {
    if (!fault.is_about_data()) throw;
  }
  return apply_once(batch, to, OnBadData::halve);
}

BatchOutcome Model::apply_once(std::span<const Applied> batch, const Anchors& to, OnBadData on_bad_data) {
  std::vector<Move> moves;
  for (const auto& [partition, anchor] : to) {
    const auto from = at_.find(partition);
    moves.push_back({partition, from == at_.end() ? std::nullopt : std::optional{from->second}, anchor});
  }
  pg::Transaction transaction{connection_};
  if (!move_checkpoints(connection_, projection_.version(), moves)) return BatchOutcome::lost_race;
  parking_.load();
  if (on_bad_data == OnBadData::give_up)
    apply_rows(batch);
  else
    apply_halving(batch);
  connection_.run(kNotify, pg::Params{notification_channel(projection_.name()), positions_text(to)});
  transaction.commit();
  for (const auto& [partition, anchor] : to) at_.insert_or_assign(partition, anchor);
  return BatchOutcome::applied;
}

// Sets aside what waits behind something parked and what cannot be read at all, passes over what is left out, and
// applies the rest.
void Model::apply_rows(std::span<const Applied> batch) {
  const auto waits = [this](const Applied& applied) {
    return parking_.holds(applied) || (!applied.unreadable.empty() && !projection_.takes_unreadable());
  };
  const auto is_special = [&](const Applied& applied) { return waits(applied) || left_out_.concerns(applied); };
  if (std::none_of(batch.begin(), batch.end(), is_special)) return apply_ready(batch);

  std::vector<Applied> ready;
  for (const auto& applied : batch) {
    if (left_out_.has(applied)) continue;
    if (parking_.holds(applied)) {
      parking_.queue(applied);
    } else if (waits(applied)) {
      parking_.park(applied, applied.unreadable);
    } else {
      ready.push_back(applied);
      ready.back().skipped_before = left_out_.right_before(applied);
    }
  }
  apply_ready(ready);
}

void Model::apply_ready(std::span<const Applied> batch) {
  if (batch.empty()) return;
  auto refusals = projection_.apply(connection_, batch);
  if (refusals.empty()) return;
  std::sort(refusals.begin(), refusals.end(), [](const Refusal& a, const Refusal& b) { return a.index < b.index; });
  // The first refused event of a stream is parked, all later ones of that stream queue behind it.
  auto refusal = refusals.begin();
  for (std::size_t i = refusal->index; i < batch.size(); ++i) {
    const bool refused = refusal != refusals.end() && refusal->index == i;
    if (parking_.holds(batch[i]))
      parking_.queue(batch[i]);
    else if (refused)
      parking_.park(batch[i], refusal->why);
    if (refused) ++refusal;
  }
}

// PostgreSQL refuses some event of the batch and does not say which: halves it until the culprit stands alone.
void Model::apply_halving(std::span<const Applied> batch) {
  if (batch.empty()) return;
  connection_.script("SAVEPOINT part");
  try {
    apply_rows(batch);
    connection_.script("RELEASE SAVEPOINT part");
    return;
  } catch (const pg::Fault& fault) {
    if (!fault.is_about_data()) throw;
    connection_.script("ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part");
    parking_.load();  // what was parked within the savepoint is not
    if (batch.size() == 1) return parking_.park(batch.front(), fault.what());
  }
  apply_halving(batch.first(batch.size() / 2));
  apply_halving(batch.subspan(batch.size() / 2));
}

bool Model::is_current() {
  const auto rows = connection_.run(kVersion);
  return !rows.empty() && rows[0].number(0) == projection_.version();
}

std::size_t Model::retry_parked() {
  std::size_t left = 0;
  for (const auto& stream : parking_.streams()) left += retry(stream);
  return left;
}

std::size_t Model::retry(const Parking::Stream& stream) {
  pg::Transaction transaction{connection_};
  connection_.run(kHold);  // no batch is applied meanwhile, here or elsewhere
  parking_.load();
  auto events = parking_.events(stream);
  std::size_t done = 0;
  for (auto& event : events) {
    const auto error = left_out_.has(event) ? std::string{} : try_alone(event);
    if (!error.empty()) {
      parking_.blame(stream, event, error);
      break;
    }
    parking_.drop(event);
    ++done;
  }
  if (done == events.size()) parking_.release(stream);
  if (done > 0) {
    const auto& last = events[done - 1].position;
    const std::string text =
        last.partition.topic + '/' + std::to_string(last.partition.number) + '/' + std::to_string(last.height);
    connection_.run(kNotify, pg::Params{notification_channel(projection_.name()), text});
  }
  transaction.commit();
  return done;
}

// Why it cannot be applied; empty when it has been.
std::string Model::try_alone(Applied& event) {
  if (!event.unreadable.empty() && !projection_.takes_unreadable()) return event.unreadable;
  event.skipped_before = left_out_.right_before(event);
  std::string error;
  connection_.script("SAVEPOINT part");
  try {
    const auto refusals = projection_.apply(connection_, {&event, 1});
    error = refusals.empty() ? "" : refusals.front().why;
  } catch (const pg::Fault& fault) {
    if (!fault.is_about_data()) throw;
    error = fault.what();
  }
  connection_.script(error.empty() ? "RELEASE SAVEPOINT part" : "ROLLBACK TO SAVEPOINT part; RELEASE SAVEPOINT part");
  return error;
}

}  // namespace ledger::projections
