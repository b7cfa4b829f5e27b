#include "bench/peers/copy_binary.hpp"

#include <libpq-fe.h>

#include <memory>
#include <stdexcept>

namespace ledger::bench {
namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;

using Session = std::unique_ptr<PGconn, decltype(&PQfinish)>;
using Answer = std::unique_ptr<PGresult, decltype(&PQclear)>;

double seconds_since(std::chrono::steady_clock::time_point begin) { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count(); }

void expect(const Session& session, PGresult* result, ExecStatusType status) {
  const Answer answer{result, PQclear};
  if (PQresultStatus(answer.get()) != status) throw std::runtime_error{PQerrorMessage(session.get())};
}

void run(const Session& session, const std::string& sql) { expect(session, PQexec(session.get(), sql.c_str()), PGRES_COMMAND_OK); }

// Joined to pieces of a size that costs little per call.
std::vector<std::string> take_out(const Session& session, const std::string& table) {
  expect(session, PQexec(session.get(), ("COPY " + table + " TO STDOUT (FORMAT binary)").c_str()), PGRES_COPY_OUT);
  std::vector<std::string> pieces(1);
  char* row = nullptr;
  int size = 0;
  while ((size = PQgetCopyData(session.get(), &row, 0)) > 0) {
    if (pieces.back().size() > kChunkBytes) pieces.emplace_back();
    pieces.back().append(row, static_cast<std::size_t>(size));
    PQfreemem(row);
  }
  expect(session, PQgetResult(session.get()), PGRES_COMMAND_OK);
  return pieces;
}

void put_in(const Session& session, const std::string& table, const std::vector<std::string>& pieces) {
  expect(session, PQexec(session.get(), ("COPY " + table + " FROM STDIN (FORMAT binary)").c_str()), PGRES_COPY_IN);
  for (const auto& piece : pieces) {
    if (PQputCopyData(session.get(), piece.data(), static_cast<int>(piece.size())) != 1) throw std::runtime_error{PQerrorMessage(session.get())};
  }
  if (PQputCopyEnd(session.get(), nullptr) != 1) throw std::runtime_error{PQerrorMessage(session.get())};
  expect(session, PQgetResult(session.get()), PGRES_COMMAND_OK);
}

std::vector<std::string> definitions(const Session& session, const std::string& schema) {
  const Answer answer{PQexec(session.get(), ("SELECT indexdef FROM pg_indexes WHERE schemaname = '" + schema + "'").c_str()), PQclear};
  std::vector<std::string> found;
  for (int n = 0; n < PQntuples(answer.get()); ++n) found.emplace_back(PQgetvalue(answer.get(), n, 0));
  return found;
}

}  // namespace

CopyTimes copy_again(const std::string& postgres_url, const std::string& schema, const std::vector<std::string>& tables) {
  const Session session{PQconnectdb(postgres_url.c_str()), PQfinish};
  if (PQstatus(session.get()) != CONNECTION_OK) throw std::runtime_error{PQerrorMessage(session.get())};
  run(session, "SET synchronous_commit = off");
  CopyTimes times;
  const auto make = [&](const std::string& like) {
    run(session, "DROP SCHEMA IF EXISTS copy_peer CASCADE");
    run(session, "CREATE SCHEMA copy_peer");
    for (const auto& table : tables) run(session, "CREATE TABLE copy_peer." + table + " (LIKE " + schema + "." + table + " " + like + ")");
  };
  std::vector<std::vector<std::string>> rows;
  for (const auto& table : tables) rows.push_back(take_out(session, schema + "." + table));
  const auto fill = [&] {
    for (std::size_t n = 0; n < tables.size(); ++n) put_in(session, "copy_peer." + tables[n], rows[n]);
  };

  make("INCLUDING ALL");
  const auto indexes = definitions(session, "copy_peer");
  auto begin = std::chrono::steady_clock::now();
  fill();
  times.indexed_seconds = seconds_since(begin);

  make("");
  begin = std::chrono::steady_clock::now();
  fill();
  for (const auto& index : indexes) run(session, index);
  times.bare_seconds = seconds_since(begin);
  run(session, "DROP SCHEMA copy_peer CASCADE");
  return times;
}

}  // namespace ledger::bench
