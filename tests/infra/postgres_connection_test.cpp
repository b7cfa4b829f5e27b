#include <doctest/doctest.h>

#include <thread>

#include "infra/postgres/migrations.hpp"
#include "infra/postgres/pool.hpp"
#include "tests/support/postgres.hpp"

using namespace ledger;
using namespace std::chrono_literals;

namespace {

const pg::Statement kAnswer{"test.answer", "SELECT 41 + $1::int8"};

pg::Code code_of_failure(const std::function<void()>& work) {
  try {
    work();
  } catch (const pg::Fault& fault) {
    return fault.code;
  }
  FAIL("it did not fail");
  return pg::Code::program;
}

void kill_backend(const test::Database& database, std::int32_t pid) {
  pg::Connection other{database.settings()};
  other.query("SELECT pg_terminate_backend($1)", pg::Params{pid});
}

}  // namespace

TEST_CASE("an SQLSTATE says how to go on") {
  const std::pair<const char*, pg::Code> cases[] = {
      {"40001", pg::Code::retry},       {"40P01", pg::Code::retry},       {"08006", pg::Code::reconnect},
      {"57P01", pg::Code::reconnect},   {"", pg::Code::reconnect},        {"25P03", pg::Code::reconnect},
      {"57P03", pg::Code::unavailable}, {"53300", pg::Code::unavailable}, {"23505", pg::Code::conflict},
      {"57014", pg::Code::timeout},     {"55P03", pg::Code::timeout},     {"22021", pg::Code::bad_data},
      {"54000", pg::Code::bad_data},    {"42P01", pg::Code::missing},     {"3F000", pg::Code::missing},
      {"42601", pg::Code::program},
  };
  for (const auto& [sqlstate, code] : cases) {
    CAPTURE(sqlstate);
    CHECK(pg::code_of(sqlstate) == code);
  }
}

TEST_CASE("a statement is prepared once per connection") {
  test::Database database;
  pg::Connection connection{database.settings()};
  for (std::int64_t i = 0; i < 3; ++i) CHECK(connection.run(kAnswer, pg::Params{i})[0].number(0) == 41 + i);
  CHECK(connection.query("SELECT count(*) FROM pg_prepared_statements")[0].number(0) == 1);
  pg::Connection other{database.settings()};
  CHECK(other.run(kAnswer, pg::Params{std::int64_t{1}})[0].number(0) == 42);
}

TEST_CASE("a connection waits no longer than it was told") {
  test::Database database;
  auto settings = database.settings();
  settings.statement_timeout_ms = 50ms;
  settings.lock_timeout_ms = 50ms;
  pg::Connection connection{settings};
  CHECK(code_of_failure([&] { connection.script("SELECT pg_sleep(5)"); }) == pg::Code::timeout);
  CHECK(connection.usable());

  SUBCASE("for a lock") {
    connection.script("CREATE TABLE t (i int8)");
    pg::Connection holder{database.settings()};
    pg::Transaction transaction{holder};
    holder.script("LOCK TABLE t");
    CHECK(code_of_failure([&] { connection.script("SELECT * FROM t"); }) == pg::Code::timeout);
  }
  SUBCASE("to connect to what does not answer") {
    settings.url = "postgresql://192.0.2.1:5432/nowhere";
    settings.connect_timeout_ms = 100ms;
    const auto begin = std::chrono::steady_clock::now();
    const auto code = code_of_failure([&] { pg::Connection{settings}; });
    CHECK((code == pg::Code::timeout || code == pg::Code::reconnect));
    CHECK(std::chrono::steady_clock::now() - begin < 3s);
  }
  SUBCASE("to connect to what refuses") {
    settings.url = "postgresql://127.0.0.1:1/nowhere";
    CHECK(code_of_failure([&] { pg::Connection{settings}; }) == pg::Code::reconnect);
  }
}

TEST_CASE("the server looks whether its client is still there, too: else it would keep his locks for hours") {
  const test::Database database;
  auto settings = database.settings();
  settings.tcp_user_timeout_ms = 7s;
  pg::Connection connection{settings};
  const auto shown = connection.query("SELECT current_setting('tcp_keepalives_idle'), current_setting('tcp_keepalives_interval'), "
                                      "current_setting('tcp_keepalives_count'), current_setting('tcp_user_timeout')");
  CHECK(shown[0].text(0) == "5");
  CHECK(shown[0].text(1) == "2");
  CHECK(shown[0].text(2) == "3");
  CHECK(shown[0].text(3) == "7000");
}

TEST_CASE("a killed session is told as such, and the pool goes on with another") {
  test::Database database;
  pg::Pool pool{{.connection = database.settings(), .size = 2}};
  std::int32_t first = 0;
  {
    auto lease = pool.lease();
    first = lease->backend_pid();
    kill_backend(database, first);
    CHECK(code_of_failure([&] { lease->script("SELECT 1"); }) == pg::Code::reconnect);
    CHECK_FALSE(lease->usable());
  }
  CHECK(pool.status().open == 0);
  CHECK(pool.lease()->backend_pid() != first);

  SUBCASE("a read does not even notice") {
    kill_backend(database, pool.lease()->backend_pid());
    CHECK(pool.read([](pg::Connection& connection) { return connection.query("SELECT 7")[0].number(0); }) == 7);
  }
}

TEST_CASE("a pool lends no more than it has, and waits no longer than it may") {
  test::Database database;
  pg::Pool pool{{.connection = database.settings(), .size = 1, .lease_wait_ms = 20ms}};
  auto only = std::make_unique<pg::Pool::Lease>(pool.lease());
  CHECK(code_of_failure([&] { pool.lease(); }) == pg::Code::unavailable);
  only.reset();
  CHECK(pool.lease()->usable());
  CHECK(pool.status().open == 1);

  SUBCASE("nor lends a session within somebody's transaction") {
    { pool.lease()->script("BEGIN"); }
    CHECK(pool.status().open == 0);
  }
}

TEST_CASE("a transaction that is not committed leaves nothing") {
  test::Database database;
  pg::Connection connection{database.settings()};
  connection.script("CREATE TABLE t (i int8)");
  {
    pg::Transaction transaction{connection};
    connection.script("INSERT INTO t VALUES (1)");
  }
  CHECK_FALSE(connection.in_transaction());
  CHECK(connection.query("SELECT 1 FROM t").empty());
}

TEST_CASE("a notification arrives when its transaction commits") {
  test::Database database;
  pg::Connection listener{database.settings()}, speaker{database.settings()};
  listener.listen("ledger_test");
  CHECK(listener.notifications(1ms).empty());
  speaker.query("SELECT pg_notify('ledger_test', $1)", pg::Params{"a/0/1"});
  const auto heard = listener.notifications(5s);
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].channel == "ledger_test");
  CHECK(heard[0].payload == "a/0/1");
}

TEST_CASE("migrations are applied once, in order, and a changed one is refused") {
  test::Database database;
  pg::Connection connection{database.settings()};
  const auto first = pg::migrate(connection);
  CHECK(first.applied.size() == pg::migrations().size());
  CHECK(pg::migrate(connection).applied.empty());

  SUBCASE("by many at once") {
    test::Database fresh;
    std::vector<std::jthread> threads;
    std::atomic<std::size_t> applied = 0;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        pg::Connection own{fresh.settings()};
        applied += pg::migrate(own).applied.size();
      });
    }
    threads.clear();
    CHECK(applied == pg::migrations().size());
  }
  SUBCASE("a changed file") {
    std::vector<pg::SqlFile> changed{{pg::migrations()[0].path, "SELECT 1"}};
    CHECK(code_of_failure([&] { pg::migrate(connection, changed); }) == pg::Code::program);
  }
  SUBCASE("a database newer than the program") {
    CHECK(code_of_failure([&] { pg::migrate(connection, {}); }) == pg::Code::program);
  }
  SUBCASE("a file that fails leaves nothing of itself") {
    std::vector<pg::SqlFile> files{pg::migrations().begin(), pg::migrations().end()};
    files.push_back({"schemas/sql/999_bad.sql", "CREATE TABLE ledger.half (i int8); SELECT nonsense"});
    CHECK_THROWS_AS(pg::migrate(connection, files), pg::Fault);
    CHECK(connection.query("SELECT 1 FROM pg_tables WHERE tablename = 'half'").empty());
  }
  SUBCASE("secrets are made once and differ by name") {
    const auto key = pg::secret(connection, "cursor");
    CHECK(key.size() == 32);
    CHECK(pg::secret(connection, "cursor") == key);
    CHECK(pg::secret(connection, "idempotency") != key);
  }
}
