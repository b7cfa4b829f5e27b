#include "domain/time.hpp"

#include <doctest/doctest.h>

using namespace ledger;

TEST_CASE("a time is written with six digits of fraction and read back") {
  const Timestamp time{std::chrono::microseconds{1'671'000'000'123'456}};
  CHECK(to_rfc3339(time) == "2022-12-14T06:40:00.123456Z");
  CHECK((parse_rfc3339("2022-12-14T06:40:00.123456Z") == time));
  CHECK(to_rfc3339(Timestamp{std::chrono::microseconds{-1}}) == "1969-12-31T23:59:59.999999Z");
}

TEST_CASE("offsets, fractions and letters of RFC 3339 are read") {
  struct Case {
    const char* text;
    const char* utc;
  };
  const Case cases[] = {
      {"2022-12-14T03:44:50+03:00", "2022-12-14T00:44:50.000000Z"},
      {"2022-12-14t03:44:50z", "2022-12-14T03:44:50.000000Z"},
      {"2022-12-31 23:30:00-01:45", "2023-01-01T01:15:00.000000Z"},
      {"2024-02-29T00:00:00.1Z", "2024-02-29T00:00:00.100000Z"},
      {"2024-02-29T00:00:00.123456789Z", "2024-02-29T00:00:00.123456Z"},
      {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"},
      {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"},
      {"9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto time = parse_rfc3339(c.text);
    REQUIRE(time.has_value());
    CHECK(to_rfc3339(*time) == c.utc);
  }
}

TEST_CASE("what is no RFC 3339 time is refused") {
  for (const char* text :
       {"", "2022-12-14", "2022-12-14T03:44:50", "2022-13-01T00:00:00Z", "2023-02-29T00:00:00Z", "2022-12-14T24:00:00Z",
        "2022-12-14T03:60:00Z", "2022-12-14T03:44:61Z", "2022-12-14T03:44:50.Z", "2022-12-14T03:44:50.1234567890Z",
        "2022-12-14T03:44:50+0300", "2022-12-14T03:44:50+24:00", "2022-12-14T03:44:50Z ", " 2022-12-14T03:44:50Z",
        "+022-12-14T03:44:50Z", "0000-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "22-12-14T03:44:50Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_rfc3339(text).has_value());
  }
}
