#include <doctest/doctest.h>

#include <limits>

#include "infra/postgres/copy.hpp"
#include "tests/support/postgres.hpp"

using namespace ledger;
using namespace std::chrono_literals;

TEST_CASE("values go to PostgreSQL and come back the same") {
  test::Database database;
  pg::Connection connection{database.settings()};

  SUBCASE("text with quotes and SQL in it") {
    const std::string nasty = "Robert'); DROP TABLE prompts;-- \"\\ ${x} $1 ünïcødé \xF0\x9F\x98\x80";
    CHECK(connection.query("SELECT $1", pg::Params{nasty})[0].text(0) == nasty);
  }
  SUBCASE("integers of the whole range") {
    for (const std::int64_t number : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0},
                                      std::numeric_limits<std::int64_t>::max()}) {
      CHECK(connection.query("SELECT $1", pg::Params{number})[0].number(0) == number);
    }
    CHECK(connection.query("SELECT $1", pg::Params{std::int32_t{-7}})[0].number(0) == -7);
  }
  SUBCASE("bytes of every value") {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<char>(i));
    CHECK(connection.query("SELECT $1", pg::Params{pg::Bytes{bytes}})[0].bytes(0) == bytes);
  }
  SUBCASE("times to the microsecond, before and after 2000") {
    for (const auto since_1970 : {0us, -1us, 1'700'000'000'123'456us}) {
      const pg::Time time{since_1970};
      const auto rows = connection.query("SELECT $1, (extract(epoch FROM $1) * 1000000)::int8", pg::Params{time});
      CHECK(rows[0].time(0) == time);
      CHECK(rows[0].number(1) == since_1970.count());
    }
  }
  SUBCASE("arrays, with empty ones") {
    const std::vector<std::string> texts{"a", "", "c,\"{}\\"};
    const std::vector<std::int64_t> numbers{1, -2, 3};
    const auto rows =
        connection.query("SELECT $1, $2, $3, $4::text[]",
                         pg::Params{texts, numbers, std::vector<std::string>{}, pg::array_literal(texts)});
    CHECK(rows[0].texts(0) == texts);
    CHECK(rows[0].numbers(1) == numbers);
    CHECK(rows[0].texts(2).empty());
    CHECK(rows[0].texts(3) == texts);
  }
  SUBCASE("JSON") {
    CHECK(connection.query("SELECT $1", pg::Params{pg::Jsonb{R"({"a": [1, "x"]})"}})[0].json(0) ==
          R"({"a": [1, "x"]})");
  }
  SUBCASE("nulls, alone and in arrays") {
    const auto rows = connection.query("SELECT $1, $2, cardinality(array_remove($3, NULL))",
                                       pg::Params{std::optional<std::string>{}, std::optional<std::int64_t>{5},
                                                  std::vector<std::optional<std::string>>{std::nullopt, "x"}});
    CHECK(rows[0].is_null(0));
    CHECK_FALSE(rows[0].maybe_text(0).has_value());
    CHECK(rows[0].maybe_number(1) == 5);
    CHECK(rows[0].number(2) == 1);
  }
  SUBCASE("booleans") {
    CHECK(connection.query("SELECT $1, NOT $1", pg::Params{true})[0].flag(0));
    CHECK_FALSE(connection.query("SELECT $1, NOT $1", pg::Params{true})[0].flag(1));
  }
}

TEST_CASE("what no text can hold is refused as bad data, not cut off") {
  test::Database database;
  pg::Connection connection{database.settings()};
  for (const std::string& bad : {std::string{"a\0b", 3}, std::string{"\xff\xfe"}}) {
    try {
      connection.query("SELECT $1", pg::Params{bad});
      FAIL("it was taken");
    } catch (const pg::Fault& fault) {
      CHECK(fault.code == pg::Code::bad_data);
      CHECK(fault.is_about_data());
    }
  }
  CHECK(connection.usable());
}

TEST_CASE("a column read as a type that it has not is our own mistake, and says so") {
  test::Database database;
  pg::Connection connection{database.settings()};
  const auto rows = connection.query("SELECT 1::int8 AS height, NULL::text AS name");
  CHECK_THROWS_WITH_AS(rows[0].text(0), "column height is no text", std::logic_error);
  CHECK_THROWS_WITH_AS(rows[0].text(1), "column name is no value: it is null", std::logic_error);
}

TEST_CASE("COPY brings rows of every type, many of them") {
  test::Database database;
  pg::Connection connection{database.settings()};
  connection.script("CREATE TABLE t (i int8, n int4, s text, b bytea, at timestamptz, j jsonb, tags text[], f bool)");
  constexpr int kRows = 20'000;
  pg::CopyIn copy{connection, "t (i, n, s, b, at, j, tags, f)"};
  for (int i = 0; i < kRows; ++i) {
    copy.row(8)
        .int8(i)
        .int4(-i)
        .text(std::to_string(i))
        .bytes(std::string_view{"\0\1", 2})
        .time(pg::Time{std::chrono::microseconds{i}});
    copy.jsonb(R"({"k":1})").texts({"x", std::to_string(i)}).flag(i % 2 == 0);
  }
  CHECK(copy.finish() == kRows);
  const auto rows = connection.query(
      "SELECT count(*), sum(i)::int8, sum(n)::int8, count(*) FILTER (WHERE tags[2] = s AND f = (i % 2 = 0) AND j->>'k' "
      "= '1' AND b = '\\x0001'), max(at) FROM t");
  CHECK(rows[0].number(0) == kRows);
  CHECK(rows[0].number(1) == -rows[0].number(2));
  CHECK(rows[0].number(3) == kRows);
  CHECK(rows[0].time(4) == pg::Time{std::chrono::microseconds{kRows - 1}});
}

TEST_CASE("a COPY given up or refused leaves nothing and a usable connection") {
  test::Database database;
  pg::Connection connection{database.settings()};
  connection.script("CREATE TABLE t (i int8 PRIMARY KEY)");
  {
    pg::CopyIn copy{connection, "t (i)"};
    copy.row(1).int8(1);
  }
  CHECK(connection.query("SELECT 1 FROM t").empty());
  {
    pg::CopyIn copy{connection, "t (i)"};
    copy.row(1).int8(1).row(1).int8(1);
    try {
      copy.finish();
      FAIL("the same key went in twice");
    } catch (const pg::Fault& fault) {
      CHECK(fault.code == pg::Code::conflict);
    }
  }
  CHECK(connection.usable());
  CHECK(connection.query("SELECT 1 FROM t").empty());
}
