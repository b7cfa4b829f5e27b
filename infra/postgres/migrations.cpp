#include "infra/postgres/migrations.hpp"

#include <map>

namespace ledger::pg {
namespace {

// Two migrations at once wait for each other; the number is this lock's name in the database.
constexpr std::int64_t kLock = 0x6c65'6467'6572'0001;

constexpr std::string_view kBookkeeping = R"sql(
  CREATE SCHEMA IF NOT EXISTS ledger;
  CREATE TABLE IF NOT EXISTS ledger.migrations (
    name       text        PRIMARY KEY,
    sha256     bytea       NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  );
)sql";

const Statement kApplied{"ledger.migrations_applied", "SELECT name, encode(sha256, 'hex') FROM ledger.migrations"};
const Statement kChecksum{"ledger.migration_checksum", "SELECT encode(sha256(convert_to($1::text, 'UTF8')), 'hex')"};
const Statement kRecord{"ledger.migration_record",
                        "INSERT INTO ledger.migrations (name, sha256) VALUES ($1, decode($2::text, 'hex'))"};
// uuid_send: gen_random_uuid is the one strong random generator of a PostgreSQL without extensions. Two hashed together
// are 244 random bits.
const Statement kMakeSecret{"ledger.secret_make", R"sql(
  INSERT INTO ledger.secrets (name, value)
  VALUES ($1, sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())))
  ON CONFLICT (name) DO NOTHING)sql"};
const Statement kSecret{"ledger.secret", "SELECT value FROM ledger.secrets WHERE name = $1"};

std::string file_name(std::string_view path) { return std::string{path.substr(path.rfind('/') + 1)}; }

// A lock of the session, so that it spans the transactions of all files.
class AdvisoryLock {
 public:
  explicit AdvisoryLock(Connection& connection) : connection_{connection} {
    connection_.query("SELECT pg_advisory_lock($1)", Params{kLock});
  }
  ~AdvisoryLock() {
    if (!connection_.usable()) return;
    try {
      connection_.query("SELECT pg_advisory_unlock($1)", Params{kLock});
    } catch (const Fault&) {
      // The lock ends with the session, which is spoilt now.
    }
  }
  AdvisoryLock(const AdvisoryLock&) = delete;
  AdvisoryLock& operator=(const AdvisoryLock&) = delete;

 private:
  Connection& connection_;
};

}  // namespace

Migrated migrate(Connection& connection, std::span<const SqlFile> files) {
  const AdvisoryLock lock{connection};
  connection.script(kBookkeeping);
  std::map<std::string, std::string> applied;
  for (const Row row : connection.run(kApplied)) applied.emplace(row.text(0), row.text(1));

  Migrated done;
  done.total = files.size();
  for (const auto& file : files) {
    const std::string name = file_name(file.path);
    const std::string checksum{connection.run(kChecksum, Params{file.text})[0].text(0)};
    const auto known = applied.find(name);
    if (known != applied.end()) {
      if (known->second != checksum)
        throw Fault{Code::program, "",
                    "migration " + name + " was applied and has changed since: restore it and add a new one"};
      applied.erase(known);
      continue;
    }
    Transaction transaction{connection};
    connection.script(file.text);
    connection.run(kRecord, Params{name, checksum});
    transaction.commit();
    done.applied.push_back(name);
  }
  if (!applied.empty()) {
    throw Fault{Code::program, "",
                "the database has migration " + applied.begin()->first +
                    ", which this program does not know: it is older than the database"};
  }
  return done;
}

std::string secret(Connection& connection, std::string_view name) {
  connection.run(kMakeSecret, Params{name});
  return std::string{connection.run(kSecret, Params{name})[0].bytes(0)};
}

}  // namespace ledger::pg
