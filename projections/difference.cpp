#include "projections/difference.hpp"

#include "projections/digest.hpp"

namespace ledger::projections {
namespace {

// 'name', t.name, … of the primary key's columns; of a table without one what stands for the whole row.
std::string key_of(pg::Connection& connection, const std::string& schema, const std::string& table) {
  const auto columns = connection.query(R"sql(
    SELECT quote_literal(a.attname), quote_ident(a.attname)
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
    WHERE i.indisprimary AND i.indrelid = to_regclass(quote_ident($1) || '.' || quote_ident($2)) ORDER BY array_position(i.indkey, a.attnum))sql",
                                       pg::Params{schema, table});
  std::string parts;
  for (const pg::Row column : columns) parts += (parts.empty() ? "" : ", ") + std::string{column.text(0)} + ", t." + std::string{column.text(1)};
  return parts.empty() ? "'digest', encode(" + std::string{kRowDigest} + ", 'hex')" : parts;
}

std::string keyed_rows(const std::string& schema, const std::string& table, const std::string& key) {
  return "(SELECT jsonb_build_object(" + key + ") AS key, " + std::string{kRowDigest} + " AS digest, t.ctid AS at FROM " + pg::quote_name(schema) + "." +
         pg::quote_name(table) + " t)";
}

// Each column's value as it is written out: JSON is compared as it stands, and so are a number's zeros.
std::string row_at(const std::string& schema, const std::string& table, const std::string& place) {
  return "json_each_text((SELECT row_to_json(t) FROM " + pg::quote_name(schema) + "." + pg::quote_name(table) + " t WHERE t.ctid = " + place + "))";
}

}  // namespace

void keep_differences(pg::Connection& connection, const std::string& live, const std::string& next, const std::vector<std::string>& tables) {
  const auto kept = pg::quote_name(next) + ".difference";
  connection.script("CREATE TABLE " + kept + " (table_name text NOT NULL, key jsonb NOT NULL, what text NOT NULL, columns text[] NOT NULL)");
  for (const auto& table : tables) {
    const auto key = key_of(connection, live, table);
    connection.query("INSERT INTO " + kept + R"sql( (table_name, key, what, columns)
      SELECT $1, d.key, d.what, CASE WHEN d.what = 'changed'
        THEN (SELECT coalesce(array_agg(coalesce(l.key, n.key) ORDER BY coalesce(l.key, n.key)), '{}') FROM )sql" +
                         row_at(live, table, "d.live_at") + " l FULL JOIN " + row_at(next, table, "d.next_at") +
                         R"sql( n ON n.key = l.key WHERE l.value IS DISTINCT FROM n.value) ELSE '{}' END
      FROM (SELECT coalesce(l.key, n.key) AS key, l.at AS live_at, n.at AS next_at,
              CASE WHEN n.key IS NULL THEN 'only_live' WHEN l.key IS NULL THEN 'only_rebuilt' ELSE 'changed' END AS what
            FROM )sql" + keyed_rows(live, table, key) +
                         " l FULL JOIN " + keyed_rows(next, table, key) +
                         " n ON n.key = l.key WHERE n.digest IS DISTINCT FROM l.digest ORDER BY 1 LIMIT $2) d",
                     pg::Params{table, std::int64_t{kDifferencesPerTable}});
  }
}

std::vector<RowDifference> kept_differences(pg::Connection& connection, const std::string& next) {
  if (connection.query("SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'difference'", pg::Params{next}).empty()) return {};
  std::vector<RowDifference> differences;
  for (const pg::Row row : connection.query("SELECT table_name, key::text, what, columns FROM " + pg::quote_name(next) + ".difference ORDER BY table_name, key")) {
    differences.push_back({std::string{row.text(0)}, std::string{row.text(1)}, std::string{row.text(2)}, row.texts(3)});
  }
  return differences;
}

}  // namespace ledger::projections
