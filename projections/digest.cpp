#include "projections/digest.hpp"

namespace ledger::projections {

std::vector<TableDigest> digests(pg::Connection& connection, const std::string& schema) {
  std::vector<TableDigest> out;
  const auto tables =
      connection.query("SELECT tablename::text FROM pg_tables WHERE schemaname = $1 ORDER BY 1", pg::Params{schema});
  for (const pg::Row table : tables) {
    const std::string name{table.text(0)};
    // Sorted within 65,536 buckets of the first two bytes, so that no value outgrows what PostgreSQL can hold.
    const auto rows =
        connection.query(R"sql(
      SELECT coalesce(sum(n), 0)::int8, encode(sha256(coalesce(string_agg(d, ''::bytea ORDER BY bucket), '')), 'hex')
      FROM (
        SELECT get_byte(h, 0) * 256 + get_byte(h, 1) AS bucket, count(*) AS n, sha256(string_agg(h, ''::bytea ORDER BY h)) AS d
        FROM (SELECT sha256(convert_to(t::text, 'UTF8')) AS h FROM )sql" +
                         pg::quote_name(schema) + "." + pg::quote_name(name) + " t) row_hashes GROUP BY 1) buckets");
    out.push_back({name, rows[0].number(0), std::string{rows[0].text(1)}});
  }
  return out;
}

}  // namespace ledger::projections
