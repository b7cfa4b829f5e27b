#include "infra/postgres/connection.hpp"

#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>

namespace ledger::pg {
namespace {

using Clock = std::chrono::steady_clock;

std::string trimmed(const char* message) {
  std::string text = message == nullptr ? "" : message;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

int milliseconds_until(Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000));
}

// Both ends look whether the other is still there: a server that does not know that a client's machine is gone keeps his locks.
constexpr const char* kKeepaliveIdleS = "5";
constexpr const char* kKeepaliveIntervalS = "2";
constexpr const char* kKeepaliveCount = "3";

PgConn begin_connecting(const ConnectionSettings& settings) {
  // libpq's own connect_timeout counts in seconds and blocks; we poll instead.
  const std::string tcp_user_timeout = std::to_string(settings.tcp_user_timeout_ms.count());
  const char* names[] = {"dbname",
                         "application_name",
                         "tcp_user_timeout",
                         "keepalives_idle",
                         "keepalives_interval",
                         "keepalives_count",
                         "client_encoding",
                         nullptr};
  const char* values[] = {settings.url.c_str(),
                          settings.application_name.c_str(),
                          tcp_user_timeout.c_str(),
                          kKeepaliveIdleS,
                          kKeepaliveIntervalS,
                          kKeepaliveCount,
                          "UTF8",
                          nullptr};
  return PgConn{PQconnectStartParams(names, values, 1)};
}

bool wait_on(int socket, short events, Clock::time_point deadline) {
  for (;;) {
    pollfd item{socket, events, 0};
    const int ready = poll(&item, 1, milliseconds_until(deadline));
    if (ready > 0) return true;
    if (ready == 0) return false;
    if (errno != EINTR) return false;
  }
}

void finish_connecting(pg_conn* handle, Clock::time_point deadline) {
  if (handle == nullptr || PQstatus(handle) == CONNECTION_BAD)
    throw Fault{Code::reconnect, "", trimmed(PQerrorMessage(handle))};
  for (auto state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK; state = PQconnectPoll(handle)) {
    if (state == PGRES_POLLING_FAILED) throw Fault{Code::reconnect, "", trimmed(PQerrorMessage(handle))};
    const short events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT;
    if (!wait_on(PQsocket(handle), events, deadline))
      throw Fault{Code::timeout, "", "PostgreSQL did not accept the connection in time"};
  }
}

const Statement kSettings{"session.settings", R"sql(
  SELECT set_config(name, value, false) FROM unnest($1::text[], $2::text[]) AS s(name, value))sql"};

}  // namespace

Connection::Connection(const ConnectionSettings& settings)
    : handle_{begin_connecting(settings)}, answer_within_{settings.statement_timeout_ms + kGrace} {
  // From the first moment on, or libpq would print what the server says to stderr.
  PQsetNoticeProcessor(
      handle_.get(), [](void*, const char*) {}, nullptr);
  finish_connecting(handle_.get(), Clock::now() + settings.connect_timeout_ms);
  PQsetnonblocking(handle_.get(), 1);
  const auto text = [](std::chrono::milliseconds time) { return std::to_string(time.count()); };
  std::vector<std::string> names{"statement_timeout",  "lock_timeout", "idle_in_transaction_session_timeout",
                                 "synchronous_commit", "jit",          "TimeZone",
                                 "bytea_output",       "tcp_keepalives_idle", "tcp_keepalives_interval", "tcp_keepalives_count",
                                 "tcp_user_timeout"};
  std::vector<std::string> values{text(settings.statement_timeout_ms),
                                  text(settings.lock_timeout_ms),
                                  text(settings.idle_in_transaction_timeout_ms),
                                  settings.synchronous_commit ? "on" : "off",
                                  "off",
                                  "UTC",
                                  "hex",
                                  kKeepaliveIdleS,
                                  kKeepaliveIntervalS,
                                  kKeepaliveCount,
                                  text(settings.tcp_user_timeout_ms)};
  if (!settings.search_path.empty()) {
    names.emplace_back("search_path");
    values.push_back(settings.search_path);
  }
  query(kSettings.sql, Params{names, values});
}

bool Connection::usable() const { return !spoilt_ && PQstatus(handle_.get()) == CONNECTION_OK; }

bool Connection::in_transaction() const {
  const auto status = PQtransactionStatus(handle_.get());
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

std::int32_t Connection::backend_pid() const { return PQbackendPID(handle_.get()); }

void Connection::allow(std::chrono::milliseconds statement_timeout_ms) {
  query("SELECT set_config('statement_timeout', $1, false)", Params{std::to_string(statement_timeout_ms.count())});
  answer_within_ = statement_timeout_ms + kGrace;
}

Connection::Patience::Patience(Connection& connection, std::chrono::milliseconds answer_within)
    : connection_{connection}, before_{connection.answer_within_} {
  connection_.answer_within_ = std::min(before_, answer_within);
}

void Connection::prepare(const Statement& statement) {
  const std::string sql{statement.sql};
  dispatched(PQsendPrepare(handle_.get(), std::string{statement.name}.c_str(), sql.c_str(), 0, nullptr));
  finish();
}

Rows Connection::run(const Statement& statement, const Params& params) {
  const std::string name{statement.name};
  if (!prepared_.contains(name)) {
    const std::string sql{statement.sql};
    dispatched(PQsendPrepare(handle_.get(), name.c_str(), sql.c_str(), static_cast<int>(params.size()),
                             params.types().data()));
    finish();
    prepared_.insert(name);
  }
  const auto view = params.view();
  dispatched(PQsendQueryPrepared(handle_.get(), name.c_str(), static_cast<int>(params.size()), view.values.data(),
                                 view.lengths.data(), view.formats.data(), 1));
  return Rows{finish()};
}

Rows Connection::query(std::string_view sql, const Params& params) {
  const auto view = params.view();
  const std::string text{sql};
  dispatched(PQsendQueryParams(handle_.get(), text.c_str(), static_cast<int>(params.size()), params.types().data(),
                               view.values.data(), view.lengths.data(), view.formats.data(), 1));
  return Rows{finish()};
}

void Connection::script(std::string_view sql) {
  dispatched(PQsendQuery(handle_.get(), std::string{sql}.c_str()));
  finish();
}

void Connection::dispatched(int accepted) {
  if (accepted == 0) broken(Code::reconnect, trimmed(PQerrorMessage(handle_.get())));
}

// Sending and receiving take turns, or both sides could block on full buffers.
void Connection::pump(std::function<bool()> done) {
  const auto deadline = Clock::now() + answer_within_;
  for (;;) {
    const int unsent = PQflush(handle_.get());
    if (unsent < 0) broken(Code::reconnect, trimmed(PQerrorMessage(handle_.get())));
    if (done()) return;
    if (!wait(true, unsent > 0, deadline)) broken(Code::timeout, "PostgreSQL did not answer in time");
  }
}

bool Connection::wait(bool readable, bool writable, Clock::time_point deadline) {
  const int socket = PQsocket(handle_.get());
  if (socket < 0) broken(Code::reconnect, "the connection to PostgreSQL is closed");
  const auto events = static_cast<short>((readable ? POLLIN : 0) | (writable ? POLLOUT : 0));
  if (!wait_on(socket, events, deadline)) return false;
  if (readable && PQconsumeInput(handle_.get()) == 0) broken(Code::reconnect, trimmed(PQerrorMessage(handle_.get())));
  return true;
}

PgResult Connection::finish() {
  PgResult last;
  PgResult failed;
  for (;;) {
    pump([this] { return PQisBusy(handle_.get()) == 0; });
    PgResult next{PQgetResult(handle_.get())};
    if (!next) break;
    switch (PQresultStatus(next.get())) {
      case PGRES_BAD_RESPONSE:
      case PGRES_NONFATAL_ERROR:
      case PGRES_FATAL_ERROR:
        if (!failed) failed = std::move(next);
        break;
      case PGRES_COPY_IN:
        return next;  // the command goes on by CopyIn
      default:
        last = std::move(next);
    }
    if (PQstatus(handle_.get()) != CONNECTION_OK) break;
  }
  if (failed) fail(failed.get());
  if (!last) broken(Code::reconnect, trimmed(PQerrorMessage(handle_.get())));
  return last;
}

void Connection::fail(const pg_result* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* detail = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  const char* constraint = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
  std::string message = detail != nullptr ? detail : trimmed(PQresultErrorMessage(result));
  if (constraint != nullptr) message += std::string{" ("} + constraint + ")";
  const std::string sqlstate = state != nullptr ? state : "";
  const Code code = code_of(sqlstate);
  if (code == Code::reconnect) spoilt_ = true;
  throw Fault{code, sqlstate, message};
}

void Connection::broken(Code code, const std::string& what) {
  spoilt_ = true;
  throw Fault{code, "", what.empty() ? "the connection to PostgreSQL broke" : what};
}

void Connection::listen(std::string_view channel) { script("LISTEN " + quote_name(channel)); }

std::vector<Notification> Connection::notifications(std::chrono::milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  std::vector<Notification> out;
  do {
    if (PQconsumeInput(handle_.get()) == 0) broken(Code::reconnect, trimmed(PQerrorMessage(handle_.get())));
    while (PGnotify* notice = PQnotifies(handle_.get())) {
      out.push_back({notice->relname, notice->extra});
      PQfreemem(notice);
    }
  } while (out.empty() && wait(true, false, deadline));
  return out;
}

Transaction::Transaction(Connection& connection, std::string_view begin) : connection_{connection} {
  connection_.script(begin);
}

Transaction::~Transaction() {
  if (!open_ || !connection_.usable()) return;
  try {
    rollback();
  } catch (const Fault&) {
    // The connection is spoilt now and says so by usable(); the server rolls back when it closes.
  }
}

void Transaction::commit() {
  open_ = false;
  connection_.script("COMMIT");
}

void Transaction::rollback() {
  open_ = false;
  connection_.script("ROLLBACK");
}

std::string quote_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + '"';
}

}  // namespace ledger::pg
