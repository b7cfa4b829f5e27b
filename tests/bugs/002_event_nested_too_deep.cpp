// Found by asking what a foreign record could hold: the JSON library takes any depth when it reads and goes one call
// deeper for each level when it writes, so an event of nothing but brackets overflowed the stack of every reader of the
// log that met it, again at each start.
#include <doctest/doctest.h>

#include <string>

#include "domain/access/api_key.hpp"
#include "domain/prompt/codec.hpp"
#include "domain/recorded_event.hpp"

namespace {

constexpr int kLevels = 500'000;

std::string nested() { return std::string(kLevels, '[') + std::string(kLevels, ']'); }

ledger::EventHeaders headers() {
  return {{"ce_specversion", "1.0"},
          {"content-type", "application/json"},
          {"ce_id", "e"},
          {"ce_type", "promptledger.prompt.created.v1"},
          {"ce_source", "/workspaces/w"},
          {"ce_subject", "prompt/p"},
          {"ce_sequence", "1"},
          {"ce_time", "2026-01-01T00:00:00.000000Z"},
          {"ce_partitionkey", "ws/w"}};
}

}  // namespace

TEST_CASE("an event that is nested too deep is not decoded, and says so") {
  const auto event = ledger::prompt::decode("promptledger.prompt.changed.v1", R"({"metadata":)" + nested() + "}");
  REQUIRE_FALSE(event.has_value());
  CHECK(event.error().find("nested") != std::string::npos);
  const auto content = ledger::prompt::decode_content(
      R"({"syntax":"strict","kind":"text","template":"x","variables":[],"config":)" + nested() + "}");
  REQUIRE_FALSE(content.has_value());
  CHECK(content.error().find("nested") != std::string::npos);
}

TEST_CASE("an envelope whose value is nested too deep is not opened, and says so") {
  // The reason is not first, so the value has to be parsed to take it out.
  const auto event = ledger::open(headers(), R"({"a":)" + nested() + R"(,"reason":"r"})");
  REQUIRE_FALSE(event.has_value());
  CHECK(event.error().find("nested") != std::string::npos);
}

TEST_CASE("brackets within strings are no nesting") {
  const std::string text(1'000, '[');
  const auto event =
      ledger::api_key::decode("promptledger.api_key.created.v1",
                              R"({"public_id":"\"{[)" + text +
                                  R"(","name":"n","secret_sha256":"s","workspace":"w","role":"viewer","actor":"a"})");
  if (!event) FAIL(event.error());
  CHECK(std::get<ledger::api_key::Created>(*event).public_id == "\"{[" + text);
}
