#include <doctest/doctest.h>

#include "commands/folds.hpp"
#include "commands/restore/propose.hpp"
#include "domain/access/workspace.hpp"
#include "domain/prompt/codec.hpp"
#include "domain/prompt/name_holder.hpp"
#include "tests/support/prompt_examples.hpp"
#include "tests/support/spec.hpp"

using namespace ledger;

namespace {

const std::string kKey = "ws/w1";

RecordedEvent stored(const prompt::Event& event, std::uint64_t sequence, const std::string& id = "p1") {
  const auto encoded = prompt::encode(event);
  RecordedEvent out;
  out.type = encoded.type;
  out.data = encoded.data;
  out.tags = prompt::tags_of(event);
  out.stream = {"prompt", id};
  out.sequence = sequence;
  out.meta = spec::meta_at(sequence);
  out.partition_key = kKey;
  return out;
}

// What a proposal reads after these events.
std::vector<Seen> seen_after(const Proposal& proposal, const std::vector<RecordedEvent>& history) {
  std::vector<Seen> seen;
  for (const auto& read : proposal.reads) {
    Seen one{read.fold->initial(read.name), 0};
    for (const auto& event : history) {
      if (!read.matches(event)) continue;
      one.state = read.fold->apply(one.state, event).value();
      ++one.version;
    }
    seen.push_back(one);
  }
  return seen;
}

Verdict decided(const RecordedEvent& event, const std::vector<RecordedEvent>& history) {
  const auto proposal = restore::propose(event, {"key", "digest"});
  REQUIRE(proposal.has_value());
  return proposal->decide(seen_after(*proposal, history));
}

Rejection refused(const RecordedEvent& event, const std::vector<RecordedEvent>& history) {
  const auto verdict = decided(event, history);
  REQUIRE_FALSE(verdict.has_value());
  return verdict.error();
}

prompt::Event created(const std::string& name) { return prompt::examples::created(name); }
prompt::Event deleted(const std::string& name) { return prompt::Deleted{{"demo", name}}; }

}  // namespace

TEST_CASE("an event is restored as it was") {
  auto event = stored(created("greeting"), 1);
  event.meta.reason = "asked for";
  event.meta.causation_id = "event-0";
  event.traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const auto proposal = restore::propose(event, {"key", "digest"}).value();
  CHECK(proposal.topic == LogTopic::prompts);
  CHECK(proposal.stream == event.stream);
  CHECK(proposal.partition_key == kKey);
  CHECK((proposal.meta == event.meta));
  CHECK(proposal.occurred_at == event.meta.occurred_at);
  CHECK(proposal.traceparent == event.traceparent);
  const auto verdict = decided(event, {});
  REQUIRE((verdict.has_value() && verdict->has_value()));
  const Draft& draft = **verdict;
  CHECK(draft.type == event.type);
  CHECK(draft.data == event.data);
  CHECK(draft.tags == event.tags);
  CHECK(draft.restored->event_id == event.meta.event_id);
  CHECK(draft.restored->first_recorded_at == event.meta.recorded_at);

  auto again = event;
  again.first_recorded_at = spec::meta_at(99).recorded_at;
  CHECK((*decided(again, {}))->restored->first_recorded_at == spec::meta_at(99).recorded_at);
}

TEST_CASE("only the stream's next event is restored") {
  const auto first = stored(created("greeting"), 1), second = stored(deleted("greeting"), 2);
  CHECK(decided(second, {first}).has_value());
  CHECK(refused(second, {}).code == Code::stale_version);
  CHECK(refused(first, {first}).code == Code::wrong_state);
}

TEST_CASE("an event that cannot be read is refused") {
  auto event = stored(created("greeting"), 1);
  event.data = R"({"name":7})";
  CHECK(refused(event, {}).code == Code::invalid);
  event = stored(created("greeting"), 1);
  event.type = "promptledger.prompt.painted.v1";
  CHECK(refused(event, {}).code == Code::invalid);
}

TEST_CASE("a name is restored to who had it, unless another holds it") {
  const auto other = stored(created("greeting"), 1, "p2");
  CHECK(refused(stored(created("greeting"), 1), {other}).code == Code::name_taken);
  CHECK(decided(stored(created("greeting"), 1), {other, stored(deleted("greeting"), 2, "p2")}).has_value());
  CHECK(decided(stored(created("farewell"), 1), {other}).has_value());
}

TEST_CASE("what cannot be restored is not even proposed") {
  auto event = stored(created("greeting"), 1);
  event.partition_key = "ws/w2";
  CHECK_FALSE(restore::propose(event, {"key", "digest"}).has_value());
  event = stored(created("greeting"), 1);
  event.stream.kind = "api-key";
  CHECK_FALSE(restore::propose(event, {"key", "digest"}).has_value());
  CHECK_FALSE(restore::can_restore("api-key"));
  CHECK(restore::can_restore("execution"));
}

TEST_CASE("a workspace that is there needs no restoring") {
  const workspace::Event made = workspace::Created{"home"};
  RecordedEvent event = stored(created("greeting"), 1);
  event.type = workspace::encode(made).type;
  event.data = workspace::encode(made).data;
  event.tags = workspace::tags_of(made);
  event.stream = {"workspace", "w1"};
  event.partition_key = "access";
  CHECK(decided(event, {})->has_value());
  CHECK_FALSE(decided(event, {event})->has_value());
  auto other = event;
  other.stream.id = "w2";
  CHECK(refused(other, {event}).code == Code::name_taken);
}
