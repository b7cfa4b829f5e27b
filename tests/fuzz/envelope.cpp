#include "domain/recorded_event.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

// The input is a record: lines `name: value` of headers, an empty line, and the value.
void envelope(std::string_view input) {
  EventHeaders headers;
  while (!input.empty()) {
    std::string_view line = take_until(input, '\n');
    if (line.empty()) break;
    const std::string name(take_until(line, ':'));
    if (line.starts_with(' ')) line.remove_prefix(1);
    headers.emplace_back(name, std::string(line));
  }
  const auto event = open(headers, input);
  if (!event) {
    expect(!event.error().empty(), "what cannot be opened is told why");
    return;
  }
  expect(event->sequence > 0 && !event->stream.kind.empty() && !event->stream.id.empty(),
         "an event belongs to a place in a stream");

  SealedEvent sealed = seal(*event);
  sealed.headers.emplace_back("ce_recordedtime", to_rfc3339(event->meta.recorded_at));  // the link's
  const auto again = open(sealed.headers, sealed.value);
  expect(again && *again == *event, "an event survives its envelope");
}

}  // namespace ledger::fuzz
