#include "domain/access/api_key.hpp"
#include "domain/access/workspace.hpp"
#include "domain/feedback/feedback.hpp"
#include "domain/feedback/judge_score.hpp"
#include "domain/feedback/security_scan.hpp"
#include "domain/model/model.hpp"
#include "domain/prompt/codec.hpp"
#include "domain/score/definition.hpp"
#include "domain/score/given.hpp"
#include "domain/settings/settings.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {
namespace {

// `decode` and `encode` of one unit, which are each other's inverse whatever the data said besides.
template <class Decode>
void round_trip(std::string_view type, std::string_view data, Decode decode) {
  const auto event = decode(type, data);
  if (!event) {
    expect(event.error().starts_with(type), "what cannot be decoded is told by its type");
    return;
  }
  const EncodedEvent stored = encode(*event);
  const auto again = decode(stored.type, stored.data);
  expect(again && *again == *event, "an event survives its codec");
  expect(encode(*again) == stored, "an event has one text");
}

}  // namespace

// The input is the event's type, a line break, and its data.
void event_codecs(std::string_view input) {
  const std::string_view type = take_until(input, '\n');
  round_trip(type, input, [](std::string_view t, std::string_view d) { return prompt::decode(t, d); });
  round_trip(type, input, [](std::string_view t, std::string_view d) { return api_key::decode(t, d); });
  round_trip(type, input, [](std::string_view t, std::string_view d) { return workspace::decode(t, d); });
  round_trip(type, input, [](std::string_view t, std::string_view d) { return settings::decode(t, d); });
  round_trip(type, input, [](std::string_view t, std::string_view d) { return feedback::decode(t, d); });
  round_trip(type, input, [](std::string_view t, std::string_view d) { return judge_score::decode(t, d); });
  round_trip(type, input, [](std::string_view t, std::string_view d) { return security_scan::decode(t, d); });
  round_trip(type, input, [](std::string_view t, std::string_view d) { return model::decode(t, d); });
  round_trip(type, input, [](std::string_view t, std::string_view d) { return score::decode(t, d); });
  round_trip(type, input, [](std::string_view t, std::string_view d) { return score_definition::decode(t, d); });

  if (const auto content = prompt::decode_content(input)) {
    const auto again = prompt::decode_content(prompt::encode_content(*content));
    expect(again && *again == *content, "a version's content survives its codec");
  }
}

}  // namespace ledger::fuzz
