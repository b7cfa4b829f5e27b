#include "app/answering.hpp"

#include <span>
#include <utility>

#include "app/health_sources.hpp"
#include "app/wiring.hpp"
#include "infra/crypto/uuid.hpp"
#include "infra/logging/log.hpp"

namespace ledger::app {
namespace {

constexpr std::chrono::milliseconds kEventPoll{20};   // how soon an event stream sees what the history has got

constexpr std::chrono::milliseconds kGroupPatience{1'000};

Result<std::vector<log::Member>, std::string> ask_group(log::Groups& groups, const std::string& group) {
  auto members = groups.members(group, kGroupPatience);
  if (!members) return tl::unexpected(members.error().why);
  return *std::move(members);
}

}  // namespace

Answering::Answering(const config::Settings& settings, WriteStack& stack, ModelStates models, metrics::Registry& registry, const Home& home,
                     http::ReplyCache& replies, AccessKeyRing& keys, const sealing::MasterKeys& masters, const AnsweringSecrets& secrets)
    : prompts_(stack.pool()),
      history_(stack.pool()),
      changes_(stack.pool()),
      access_(stack.pool()),
      definitions_(stack.pool()),
      executions_(stack.pool()),
      analytics_(stack.pool()),
      audit_(stack.pool()),
      feedback_(stack.pool()),
      prompts_reached_(stack.pool(), "prompt_catalog"),
      history_reached_(stack.pool(), "history"),
      access_reached_(stack.pool(), "access"),
      definitions_reached_(stack.pool(), "definitions"),
      executions_reached_(stack.pool(), "executions"),
      analytics_reached_(stack.pool(), "analytics"),
      audit_reached_(stack.pool(), "audit"),
      feedback_reached_(stack.pool(), "feedback"),
      subjects_(stack.pool()),
      subjects_reached_(stack.pool(), "subjects"),
      operations_(stack.pool()),
      operations_reached_(stack.pool(), "operations"),
      proofs_(stack.pool()),
      proofs_reached_(stack.pool(), "proof"),
      subject_keys_(stack.pool()),
      seals_(masters, subject_keys_, secrets.subjects),
      cursors_(secrets.cursors),
      pulse_(history_, kEventPoll),
      keys_(keys) {
  app_.commands = &stack.commands();
  app_.prompts = &prompts_;
  app_.history = &history_;
  app_.changes = &changes_;
  app_.access = &access_;
  app_.definitions = &definitions_;
  app_.executions = &executions_;
  app_.analytics = &analytics_;
  app_.audit = &audit_;
  app_.feedback = &feedback_;
  app_.subjects = &subjects_;
  app_.subjects_reached = &subjects_reached_;
  app_.operations = &operations_;
  app_.operations_reached = &operations_reached_;
  app_.proofs = &proofs_;
  app_.proofs_reached = &proofs_reached_;
  app_.seals = &seals_;
  app_.prompts_reached = &prompts_reached_;
  app_.history_reached = &history_reached_;
  app_.access_reached = &access_reached_;
  app_.definitions_reached = &definitions_reached_;
  app_.executions_reached = &executions_reached_;
  app_.analytics_reached = &analytics_reached_;
  app_.audit_reached = &audit_reached_;
  app_.feedback_reached = &feedback_reached_;
  app_.access_changed = [this] { keys_.forget(); };
  app_.cursors = &cursors_;
  app_.replies = &replies;
  app_.pulse = &pulse_;
  app_.key_secret = secrets.command_keys;
  app_.new_id = [] { return crypto::new_uuid(); };
  app_.metrics = [&registry] { return registry.render(); };
  app_.health = health_sources(stack.log(), settings.kafka.topic_prefix, stack.pool(), std::move(models));
  app_.health.sealing = [this] { return ask_seals(seals_); };
  app_.cluster.members = [&stack](const std::string& group) { return ask_group(stack.groups(), group); };
  app_.settings.topic_prefix = settings.kafka.topic_prefix;
  app_.settings.min_position_wait_ms = settings.http.min_position_wait_ms;
  app_.settings.event_poll_ms = kEventPoll;
  app_.settings.heartbeat_ms = settings.http.heartbeat_ms;
  app_.settings.home_workspace = home.workspace;
  app_.settings.batch = batch_settings(settings);
}

void Answering::await_keys(const log::Position& founded, std::chrono::milliseconds at_most) {
  const auto behind = access_reached_.wait_until(std::span{&founded, 1}, std::chrono::steady_clock::now() + at_most);
  if (!behind.empty()) logging::warn("the read model of keys is still behind: keys are unknown until it has caught up. Does a `promptledger project` run?");
  keys_.forget();
}

void Answering::tell_missing_master_keys() const {
  const auto health = ask_seals(seals_);
  if (!health) return;
  for (const auto& fingerprint : health->missing) {
    logging::error("subjects' keys are sealed under a master key that is not configured: their texts cannot be read here (--master-key-file)", {{"fingerprint", fingerprint}});
  }
}

}  // namespace ledger::app
