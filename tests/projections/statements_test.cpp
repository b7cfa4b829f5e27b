#include <doctest/doctest.h>

#include <set>

#include "infra/postgres/migrations.hpp"
#include "projections/model.hpp"
#include "projections/registry.hpp"
#include "tests/support/postgres.hpp"

using namespace ledger;
using namespace ledger::test;

TEST_CASE("every statement of the program prepares against fresh tables, and has a name of its own") {
  Database database;
  pg::Connection admin{database.settings()};
  pg::migrate(admin);
  for (const auto* projection : projections::all()) {
    projections::create_model(admin, *projection, std::string{projection->name()}, projections::Indexes::now);
  }
  std::set<std::string_view> names;
  for (const auto* statement : pg::Statement::all()) {
    const std::string name{statement->name};
    CAPTURE(name);
    CHECK(names.insert(statement->name).second);
    const std::string schema = name.substr(0, name.find('.'));
    if (schema == "notes") continue;  // a test's own
    // What works on any model is tried on one.
    pg::Connection connection{database.settings(schema == "model" ? "access" : schema)};
    CHECK_NOTHROW(connection.prepare(*statement));
  }
  CHECK(names.size() > 30);
}
