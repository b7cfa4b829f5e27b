#include "app/heal_report.hpp"

#include <doctest/doctest.h>

#include <sstream>

namespace ledger::app {
namespace {

projections::Told told(std::uint64_t height, std::string name, std::string value) {
  projections::Told made{.head = {.hash = {}, .height = height, .recorded_us = 1'767'323'045'000'006}, .offset = std::nullopt, .record = {}};
  made.record.headers.emplace_back(std::move(name), std::move(value));
  return made;
}

std::string text_of(const projections::Survey& survey) {
  std::ostringstream out;
  tell_survey(out, survey);
  return out.str();
}

projections::Survey cut() {
  projections::Survey survey{.partition = {"promptledger.log.prompts", 3}};
  survey.log_head = log::Anchor{.next_offset = 62, .head_offset = 61, .head = {.hash = {}, .height = 60, .recorded_us = 0}};
  survey.history_head = log::Head{.hash = {}, .height = 99, .recorded_us = 0};
  survey.common = 60;
  survey.in_history = projections::Branch{.from = 61, .to = 99};
  return survey;
}

TEST_CASE("a cut partition is told by heights, with the first of what is missing and a count of the rest") {
  auto survey = cut();
  survey.in_history->first.push_back(told(61, "ce_actor", "api-key/1"));
  const auto text = text_of(survey);
  CHECK(text.starts_with("promptledger.log.prompts/3: cut after height 60 at offset 61: 39 records, heights 61 to 99, can be put back from the history\n"));
  CHECK(text.find("      61 AAAAAAAAAAAA 2026-01-02T03:04:05.000006Z - v- - by api-key/1, event -, writer -\n      and 38 more\n") != std::string::npos);
}

TEST_CASE("what strangers wrote into headers does nothing to a terminal, and has an end") {
  auto survey = cut();
  survey.in_log = projections::Branch{.from = 61, .to = 61, .first = {told(61, "ce_writer", "\x1b[2J\n\x9b" + std::string(1'000, 'w'))}};
  const auto text = text_of(survey);
  CHECK(text.find("forked after height 60") != std::string::npos);
  CHECK(text.find("writer ?[2J??www") != std::string::npos);
  CHECK(text.find("www...\n") != std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.size() < 1'000);
}

TEST_CASE("heights that nothing here can give back are named, and so is who had applied them") {
  auto survey = cut();
  survey.models.push_back({.model = "prompt_catalog", .version = 1, .stands = {.next_offset = 104, .head_offset = 103, .head = {.hash = {}, .height = 102, .recorded_us = 0}}});
  const auto text = text_of(survey);
  CHECK(text.find("lost: heights 100 to 102,") != std::string::npos);
  CHECK(text.find("prompt_catalog has applied records up to height 102 that are not in this chain") != std::string::npos);
}

TEST_CASE("a partition without any record, and one that is whole but lies elsewhere") {
  projections::Survey survey{.partition = {"promptledger.log.prompts", 0}};
  CHECK(text_of(survey) == "promptledger.log.prompts/0: whole, no record\n");
  survey.rows_astray = 4;
  survey.models.push_back({.model = "access", .version = 1, .stands = {}, .found = 7, .is_astray = true});
  CHECK(text_of(survey).find("whole, no record, but offsets have changed: 4 rows of the history, the checkpoint of access are to name the new ones") != std::string::npos);
}

}  // namespace
}  // namespace ledger::app
