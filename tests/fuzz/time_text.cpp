#include "domain/time.hpp"

#include "log/link.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

void time_text(std::string_view input) {
  const auto time = parse_rfc3339(input);
  if (!time) return;
  const std::string text = to_rfc3339(*time);
  expect(text.size() == 27, "a time has one length");
  expect(parse_rfc3339(text) == time, "a time survives its text");

  // The log writes times by itself, since it knows no other folder: in the same words.
  log::Head head;
  head.recorded_us = time->time_since_epoch().count() - 1;
  log::Record record;
  (void)log::link(record, head, "writer", head.recorded_us);
  expect(record.header("ce_recordedtime") == text, "the log and the domain write a time alike");
}

}  // namespace ledger::fuzz
