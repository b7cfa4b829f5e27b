#include "domain/recorded_event.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ledger;

namespace {

RecordedEvent an_event() {
  RecordedEvent event;
  event.type = "promptledger.prompt.deleted.v1";
  event.stream = {"prompt", "0190a1b2-0000-7000-8000-000000000001"};
  event.sequence = 7;
  event.meta.event_id = "0190a1b2-0000-7000-8000-0000000000ff";
  event.meta.workspace = "0190a1b2-0000-7000-8000-00000000aaaa";
  event.meta.actor = "Jörg \"the\" 100%";
  event.meta.correlation_id = "req 1";
  event.meta.causation_id = "0190a1b2-0000-7000-8000-0000000000fe";
  event.meta.reason = "it says \"reason\":\n{\"reason\":1} \\";
  event.meta.occurred_at = Timestamp{std::chrono::microseconds{1'671'000'000'123'456}};
  event.tags = {"prompt-name/a%2Fb/c", "prompt-label/production"};
  event.data = R"({"category":"demo","name":"greeting"})";
  event.partition_key = "ws/0190a1b2-0000-7000-8000-00000000aaaa";
  event.command_id = "hmac1";
  event.command_digest = "hmac2";
  event.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  event.first_recorded_at = Timestamp{std::chrono::microseconds{1'672'000'000'000'001}};
  return event;
}

std::string header(const EventHeaders& headers, std::string_view name) {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == name; });
  return found == headers.end() ? "(absent)" : found->second;
}

void set(EventHeaders& headers, std::string_view name, std::string value) {
  std::erase_if(headers, [&](const auto& h) { return h.first == name; });
  headers.emplace_back(name, std::move(value));
}

}  // namespace

TEST_CASE("a stream's name is a kind, a slash and an id") {
  CHECK((StreamId::parse("prompt/1") == StreamId{"prompt", "1"}));
  CHECK(StreamId{"prompt", "1"}.text() == "prompt/1");
  for (const char* text : {"", "/", "prompt", "prompt/", "/1", "prompt/1/2"}) {
    CAPTURE(text);
    CHECK_FALSE(StreamId::parse(text).has_value());
  }
}

TEST_CASE("an event is sealed into the headers of the CloudEvents Kafka binding") {
  const SealedEvent sealed = seal(an_event());
  const std::pair<const char*, const char*> expected[] = {
      {"ce_specversion", "1.0"},
      {"content-type", "application/json"},
      {"ce_id", "0190a1b2-0000-7000-8000-0000000000ff"},
      {"ce_type", "promptledger.prompt.deleted.v1"},
      {"ce_source", "/workspaces/0190a1b2-0000-7000-8000-00000000aaaa"},
      {"ce_subject", "prompt/0190a1b2-0000-7000-8000-000000000001"},
      {"ce_sequence", "7"},
      {"ce_time", "2022-12-14T06:40:00.123456Z"},
      {"ce_partitionkey", "ws/0190a1b2-0000-7000-8000-00000000aaaa"},
      {"ce_tags", R"(["prompt-name/a%2Fb/c","prompt-label/production"])"},
      {"ce_actor", "J%C3%B6rg%20%22the%22%20100%25"},
      {"ce_correlationid", "req%201"},
      {"ce_causationid", "0190a1b2-0000-7000-8000-0000000000fe"},
      {"ce_commandid", "hmac1"},
      {"ce_commanddigest", "hmac2"},
      {"traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
      {"ce_firstrecordedtime", "2022-12-25T20:26:40.000001Z"},
  };
  for (const auto& [name, value] : expected) {
    CAPTURE(name);
    CHECK(header(sealed.headers, name) == value);
  }
  CHECK(sealed.headers.size() == std::size(expected));
}

TEST_CASE("open undoes seal") {
  RecordedEvent event = an_event();
  SUBCASE("with everything set") {}
  SUBCASE("with nothing that is optional") {
    event.meta.actor.clear();
    event.meta.correlation_id.clear();
    event.meta.causation_id.clear();
    event.meta.reason.reset();
    event.tags.clear();
    event.command_id.clear();
    event.command_digest.clear();
    event.traceparent.clear();
    event.first_recorded_at.reset();
    CHECK(seal(event).headers.size() == 9);
  }
  SUBCASE("with an empty reason") { event.meta.reason = ""; }
  SUBCASE("with a reason beside no other data") { event.data = "{}"; }
  SUBCASE("with no data at all") {
    event.data = "{}";
    event.meta.reason.reset();
  }
  SUBCASE("with data that has a reason deeper inside") { event.data = R"({"metadata":{"reason":"inner"},"name":"x"})"; }
  SUBCASE("with data that has a reason deeper inside and none of its own") {
    event.data = R"({"metadata":{"reason":"inner"},"name":"x"})";
    event.meta.reason.reset();
  }
  const SealedEvent sealed = seal(event);
  const auto opened = open(sealed.headers, sealed.value);
  REQUIRE_MESSAGE(opened.has_value(), opened.error());
  CHECK((*opened == event));
}

TEST_CASE("the recorded time comes with the link") {
  SealedEvent sealed = seal(an_event());
  CHECK(header(sealed.headers, "ce_recordedtime") == "(absent)");
  CHECK((open(sealed.headers, sealed.value)->meta.recorded_at == Timestamp{}));
  set(sealed.headers, "ce_recordedtime", "2026-01-01T00:00:00.000001Z");
  CHECK(to_rfc3339(open(sealed.headers, sealed.value)->meta.recorded_at) == "2026-01-01T00:00:00.000001Z");
}

TEST_CASE("a reason is found wherever it stands in the data") {
  const SealedEvent sealed = seal(an_event());
  const auto opened = open(sealed.headers, R"({"name":"x", "reason":"later"})");
  REQUIRE(opened.has_value());
  CHECK((opened->meta.reason == "later"));
  CHECK(opened->data == R"({"name":"x"})");
}

TEST_CASE("a record that is no event of ours is told what is wrong with it") {
  for (const char* name : {"ce_specversion", "content-type", "ce_id", "ce_type", "ce_source", "ce_subject",
                           "ce_sequence", "ce_time", "ce_partitionkey"}) {
    CAPTURE(name);
    SealedEvent sealed = seal(an_event());
    std::erase_if(sealed.headers, [&](const auto& h) { return h.first == name; });
    const auto opened = open(sealed.headers, sealed.value);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error() == "header " + std::string{name} + " is missing");
  }
  const std::pair<const char*, const char*> broken[] = {
      {"ce_specversion", "0.3"},  {"content-type", "text/plain"},
      {"ce_source", "elsewhere"}, {"ce_subject", "prompt"},
      {"ce_sequence", "0"},       {"ce_sequence", "-1"},
      {"ce_sequence", "1x"},      {"ce_sequence", "99999999999999999999"},
      {"ce_time", "yesterday"},   {"ce_recordedtime", ""},
      {"ce_tags", "a"},           {"ce_tags", "[1]"},
      {"ce_tags", "[\"a\""},      {"ce_tags", "{}"},
      {"ce_actor", "%zz"},
  };
  for (const auto& [name, value] : broken) {
    CAPTURE(name);
    CAPTURE(value);
    SealedEvent sealed = seal(an_event());
    set(sealed.headers, name, value);
    const auto opened = open(sealed.headers, sealed.value);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().find(name) != std::string::npos);
  }
  for (const char* value :
       {"", "[]", "{", "null", R"({"reason":1})", R"({"reason":"x)", R"({"reason":"x})", R"({"a":1,"reason":2})"}) {
    CAPTURE(value);
    CHECK_FALSE(open(seal(an_event()).headers, value).has_value());
  }
}
