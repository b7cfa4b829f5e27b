#include <doctest/doctest.h>

#include <map>
#include <string>

#include "projections/digest.hpp"
#include "projections/model.hpp"
#include "projections/rebuild.hpp"
#include "projections/registry.hpp"
#include "tests/projections/random_log.hpp"
#include "tests/support/postgres.hpp"

using namespace ledger;
using namespace ledger::test;

namespace {

// A small change of a value of each type, in SQL, to one that no other row has.
std::string changed(const std::string& type, const std::string& column) {
  static const std::map<std::string, std::string> kChanges{
      {"text", "coalesce(@, '') || ' '"},
      {"bytea", "coalesce(@, '') || '\\x00'::bytea"},
      {"int2", "-1 - coalesce(@, 0)"},
      {"int4", "-1 - coalesce(@, 0)"},
      {"int8", "-1 - coalesce(@, 0)"},
      {"numeric", "-1 - coalesce(@, 0)"},
      {"float8", "coalesce(@, 0) + 0.000001"},
      {"bool", "NOT coalesce(@, false)"},
      {"timestamptz", "coalesce(@, 'epoch') + interval '1 microsecond'"},
      {"json", "(coalesce(@::text, 'null') || ' ')::json"},
      {"_text", "array_append(@, '')"},
      {"_int4", "array_append(@, 0)"},
      {"_int8", "array_append(@, 0)"},
      {"_bytea", "array_append(@, '')"},
  };
  REQUIRE_MESSAGE(kChanges.contains(type), type);
  auto change = kChanges.at(type);
  change.replace(change.find('@'), 1, column);
  return change;
}

// Else they would see the change first.
void drop_checks(pg::Connection& connection, const std::string& schema) {
  for (const pg::Row check : connection.query("SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint WHERE contype = 'c' AND connamespace = to_regnamespace($1)",
                                              pg::Params{schema}))
    connection.script("ALTER TABLE " + std::string{check.text(0)} + " DROP CONSTRAINT " + std::string{check.text(1)});
}

struct OneTable {
  Database database;
  pg::Connection connection{database.settings("public")};

  std::string holding(const std::string& rows) {
    connection.script("CREATE TABLE IF NOT EXISTS held (a text, b text, n numeric); TRUNCATE held; INSERT INTO held VALUES " + rows);
    return projections::digest(connection, "public", "held").digest;
  }
};

}  // namespace

TEST_CASE("the digest of a table sees a small change in any column of every read model") {
  Database database;
  Chain chain;
  write_random(chain, 400);
  pg::Connection admin{database.settings()};
  for (const auto* projection : projections::all()) {
    const std::string schema{projection->name()};
    (void)projections::rebuild({.log = chain.log, .connection = database.settings()}, *projection);
    drop_checks(admin, schema);
    std::size_t seen = 0;
    for (const pg::Row column : admin.query(R"sql(
           SELECT table_name::text, quote_ident(column_name), udt_name::text FROM information_schema.columns
           WHERE table_schema = $1 AND is_generated = 'NEVER' ORDER BY 1, 2)sql", pg::Params{schema})) {
      const std::string table{column.text(0)}, name{column.text(1)}, of{pg::quote_name(schema) + "." + pg::quote_name(table)};
      CAPTURE(of);
      CAPTURE(name);
      const auto before = projections::digest(admin, schema, table);
      pg::Transaction undone{admin};
      const std::string first = " WHERE ctid = (SELECT min(ctid) FROM " + of + ")";
      if (admin.query("SELECT 1 FROM " + of + " LIMIT 1").empty()) continue;
      admin.script("UPDATE " + of + " SET " + name + " = " + name + first);  // another place in the table
      CHECK(projections::digest(admin, schema, table) == before);
      admin.script("UPDATE " + of + " SET " + name + " = " + changed(std::string{column.text(2)}, name) + first);
      CHECK(projections::digest(admin, schema, table) != before);
      ++seen;
    }
    CHECK(seen >= 8);  // those of checkpoint and model, if nothing else is told of
  }
}

TEST_CASE("the digest of a table tells apart what would look alike side by side") {
  OneTable table;
  const auto same = table.holding("('a', 'bc', 1.0), ('ab', 'c', 1.0)");
  CHECK(table.holding("('ab', 'c', 1.0), ('a', 'bc', 1.0)") == same);
  CHECK(table.holding("('a', 'c', 1.0), ('ab', 'bc', 1.0)") != same);
  CHECK(table.holding("('a', 'bc', 1.0), ('a', 'bc', 1.0)") != same);
  CHECK(table.holding("('a', 'bc', 1.0), ('ab', 'c', 1.0), ('ab', 'c', 1.0)") != same);
  CHECK(table.holding("('a', 'bc', 1.00), ('ab', 'c', 1.0)") != same);
  CHECK(table.holding("('', NULL, NULL)") != table.holding("(NULL, '', NULL)"));
  CHECK(table.holding("(NULL, NULL, NULL)") != table.holding("('', '', NULL)"));
}
