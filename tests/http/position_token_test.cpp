#include <doctest/doctest.h>

#include <vector>

#include "http/reading/position_token.hpp"
#include "infra/crypto/encoding.hpp"

namespace ledger::http {
namespace {

constexpr std::string_view kPrefix = "promptledger";

log::Position position(const std::string& log, std::int32_t partition, std::uint64_t height) {
  return {{"promptledger.log." + log, partition}, height};
}

TEST_CASE("position tokens are those of docs/log-format.md") {
  const std::vector<log::Position> one{position("prompts", 3, 2)};
  CHECK(to_position_token(one, kPrefix) == "1.cHJvbXB0cy8zQDI");
  // Given in any order.
  const std::vector<log::Position> three{position("prompts", 3, 1234), position("executions", 11, 18446744073709551615U), position("executions", 0, 0)};
  const std::string token = "1.ZXhlY3V0aW9ucy8wQDAsZXhlY3V0aW9ucy8xMUAxODQ0Njc0NDA3MzcwOTU1MTYxNSxwcm9tcHRzLzNAMTIzNA";
  CHECK(to_position_token(three, kPrefix) == token);
  const auto parsed = parse_position_token(token, kPrefix);
  REQUIRE(parsed.has_value());
  CHECK(*parsed == std::vector<log::Position>{three[2], three[1], three[0]});
}

TEST_CASE("a token outlives a change of the topics' prefix") {
  const auto parsed = parse_position_token("1.cHJvbXB0cy8zQDI", "other");
  REQUIRE(parsed.has_value());
  CHECK(parsed->front().partition.topic == "other.log.prompts");
}

TEST_CASE("whatever could not have been written is refused") {
  for (const char* list : {"", "prompts/3", "prompts@3", "prompts/3@", "prompts/@3", "prompts/03@1", "prompts/3@01", "prompts/-1@1", "prompts/1@-1",
                           "prompts/2147483648@1", "prompts/1@18446744073709551616", "prompts/1@1,", ",prompts/1@1", "prompts/1@1,prompts/1@2",
                           "prompts/2@1,prompts/1@1", "prompts/1@1,executions/1@1", "nothing/1@1", "log.prompts/1@1", " prompts/1@1", "prompts/1@1 "}) {
    CAPTURE(list);
    CHECK_FALSE(parse_position_token("1." + crypto::to_base64url(list), kPrefix).has_value());
  }
  for (const char* token : {"", "1", "1.", "cHJvbXB0cy8zQDI", "2.cHJvbXB0cy8zQDI", "1.cHJvbXB0cy8zQDI=", "1.cHJvbXB0cy8zQDI!", "1.cHJvbXB0cy8zQDJ"}) {
    CAPTURE(token);
    CHECK_FALSE(parse_position_token(token, kPrefix).has_value());
  }
}

}  // namespace
}  // namespace ledger::http
