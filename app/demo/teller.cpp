#include "app/demo/teller.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "app/definite.hpp"
#include "app/derived_uuid.hpp"
#include "commands/execution/propose.hpp"
#include "commands/feedback/propose.hpp"
#include "commands/feedback/streams.hpp"
#include "commands/prompt/propose.hpp"
#include "domain/partition_key.hpp"
#include "domain/prompt/codec.hpp"
#include "infra/crypto/digest.hpp"
#include "infra/crypto/encoding.hpp"

namespace ledger::demo {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kActor = "demo";

std::string mac(const std::string& secret, const std::string& text) { return crypto::to_base64url(crypto::as_text(crypto::hmac_sha256(secret, text))); }

prompt::VersionNumber number_of(const Accepted& accepted) {
  const auto event = accepted.event ? prompt::decode(accepted.event->type, accepted.event->data) : tl::unexpected(std::string("none"));
  if (!event || !std::holds_alternative<prompt::VersionAdded>(*event)) throw std::logic_error("a version was added, and its event does not say which");
  return std::get<prompt::VersionAdded>(*event).version.number;
}

}  // namespace

// With a key: where an id alone does not make a command one that may come twice.
Caller Teller::caller(Timestamp at, const std::string& partition_key, const std::string& key) const {
  Caller caller;
  caller.workspace = settings_.workspace;
  caller.actor = kActor;
  caller.role = access::Role::admin;
  caller.correlation_id = "demo/" + std::to_string(year_.seed);
  caller.occurred_at = at;
  if (key.empty()) return caller;
  const std::string scope = settings_.workspace + "\n" + partition_key + "\ndemo\n" + std::to_string(year_.seed) + "\n" + key;
  caller.key = CommandKey{mac(settings_.key_secret, scope), mac(settings_.key_secret, "digest\n" + scope)};
  return caller;
}

void Teller::tell_versions(const std::vector<std::string>& texts) {
  const std::string partition_key = workspace_partition_key(settings_.workspace);
  for (std::size_t n = 0; n < year_.prompts.size(); ++n) {
    const auto& plan = year_.prompts[n];
    auto& numbers = numbers_.emplace_back();
    const auto move = [&](const std::string& label, std::size_t to, Timestamp at, const std::string& why) {
      auto from = caller(at, partition_key, plan.id + " " + label + " " + why);
      from.reason = why;
      await("labels moved", [id = plan.id, command = prompt::MoveLabel{label, numbers[to]}, from] { return prompt::propose(id, command, from); });
    };
    for (std::size_t version = 0; version < kVersions; ++version) {
      const auto& planned = plan.versions[version];
      prompt::AddVersion add;
      add.content.body = prompt::Text{texts[n] + planned.more_text};
      add.content.syntax = prompt::Syntax::lenient;
      add.source = "demo";
      add.change_log = planned.change_log;
      const auto from = caller(planned.added_at, partition_key, plan.id + " version " + std::to_string(version));
      numbers[version] = number_of(await("versions added", [id = plan.id, add, from] { return prompt::propose(id, add, from); }));
      move("staging", version, planned.added_at, "tried out: " + planned.change_log);
      move("production", version, planned.promoted_at, "promoted: " + planned.change_log);
    }
    if (plan.rolled_back) move("production", kVersions - 2, plan.rolled_back_at, "rolled back: more failures, worse answers");
  }
}

void Teller::tell(Sample sample) {
  const auto& prompt = year_.prompts[sample.prompt];
  const auto number = numbers_[sample.prompt][sample.version];
  sample.record.request.version = number;
  const feedback::Origin origin{{.request_id = sample.record.request.request_id, .execution = sample.id, .prompt = prompt.id, .version = number, .user = sample.record.request.user},
                                std::string(kActor)};
  const auto from = caller(*sample.record.completed_at, "", "");
  send("executions", [id = sample.id, record = std::move(sample.record), from] {
    return execution::propose(id, record, {.prompt_exists = true, .version_exists = true}, from, *record.completed_at);
  });
  if (!sample.feedback) return;
  send("feedback", [command = *std::move(sample.feedback), origin, by = caller(sample.said_at, "", "")] { return feedback::propose(command, origin, by); });
}

void Teller::tell_scores(std::size_t prompt, std::size_t version, std::uint64_t number, const std::string& judge, const judge_score::Scores& scores) {
  const auto& plan = year_.prompts[prompt];
  const Timestamp at = plan.versions[version].promoted_at + std::chrono::hours(number + 1);
  const std::string key = plan.id + " score " + std::to_string(version) + " " + std::to_string(number);
  const std::string id = app::derived_uuid(at, "demo score\n" + std::to_string(year_.seed) + "\n" + key);
  const judge_score::GiveScores command{plan.id, numbers_[prompt][version], judge, scores};
  const auto from = caller(at, "judge-score/" + id, key);
  const judge_score::GiveContext context{numbers_[prompt].back()};
  send("judges' scores", [id, command, context, from] { return judge_score::propose(id, command, context, from); });
}

void Teller::send(std::string kind, std::function<Proposal()> propose) {
  while (flights_.size() >= settings_.in_flight) settle();
  auto outcome = commands_.submit(propose());
  flights_.push_back({std::move(kind), std::move(propose), std::move(outcome), Clock::now() + settings_.command_deadline_ms});
}

Accepted Teller::await(std::string kind, std::function<Proposal()> propose) {
  send(std::move(kind), std::move(propose));
  while (flights_.size() > 1) settle();
  return settle();
}

Accepted Teller::settle() {
  Flight flight = std::move(flights_.front());
  flights_.pop_front();
  auto outcome = app::definite_outcome(commands_, std::move(flight.outcome), flight.propose, flight.give_up_at);
  if (const auto* refused = std::get_if<Rejection>(&outcome)) {
    std::string why = refused->detail;
    for (const auto& error : refused->errors) why += "; " + error.field + ": " + error.detail;
    throw std::runtime_error("the ledger refused one of the " + flight.kind + ": " + why);
  }
  auto* const accepted = std::get_if<Accepted>(&outcome);
  if (accepted == nullptr) throw std::runtime_error("one of the " + flight.kind + " could not be stored in time; run the demo again, it goes on where it was");
  auto& count = tellings_.kinds[flight.kind];
  ++(accepted->event && !accepted->replayed ? count.made : count.known);
  auto& height = tellings_.reached[accepted->position.partition];
  height = std::max(height, accepted->position.height);
  return std::move(*accepted);
}

Tellings Teller::finish() {
  while (!flights_.empty()) settle();
  return tellings_;
}

}  // namespace ledger::demo
