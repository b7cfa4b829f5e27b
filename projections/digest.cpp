#include "projections/digest.hpp"

#include "projections/model.hpp"

namespace ledger::projections {

TableDigest digest(pg::Connection& connection, const std::string& schema, const std::string& table) {
  // Sorted within 256 buckets of the first byte, so that no value outgrows what PostgreSQL can hold. OFFSET 0 has each row's digest made once,
  // and only digests sorted: without it the planner sorts whole rows, by expressions that make the digest anew each time.
  const auto rows = connection.query(R"sql(
      SELECT coalesce(sum(n), 0)::int8, encode(sha256(coalesce(string_agg(d, ''::bytea ORDER BY bucket), '')), 'hex')
      FROM (
        SELECT get_byte(h, 0) AS bucket, count(*) AS n, sha256(string_agg(h, ''::bytea ORDER BY h)) AS d
        FROM (SELECT )sql" + std::string{kRowDigest} + " AS h FROM " + pg::quote_name(schema) + "." + pg::quote_name(table) +
                                     " t OFFSET 0) row_digests GROUP BY 1) buckets");
  return {table, rows[0].number(0), std::string{rows[0].text(1)}};
}

std::vector<TableDigest> digests(pg::Connection& connection, const std::string& schema) {
  std::vector<TableDigest> all;
  for (const auto& table : tables_of(connection, schema)) all.push_back(digest(connection, schema, table));
  return all;
}

}  // namespace ledger::projections
