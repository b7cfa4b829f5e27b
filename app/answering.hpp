#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/access_key_ring.hpp"
#include "app/bootstrap.hpp"
#include "app/health_sources.hpp"
#include "app/stack.hpp"
#include "http/app.hpp"
#include "http/live/history_pulse.hpp"
#include "http/reading/cursor.hpp"
#include "http/reply_cache.hpp"
#include "infra/metrics/registry.hpp"
#include "infra/sealing/text_seals.hpp"
#include "projections/access/queries.hpp"
#include "projections/analytics/queries.hpp"
#include "projections/audit/queries.hpp"
#include "projections/definitions/queries.hpp"
#include "projections/executions/queries.hpp"
#include "projections/feedback/queries.hpp"
#include "projections/history/changes.hpp"
#include "projections/history/queries.hpp"
#include "projections/operations/queries.hpp"
#include "projections/positions.hpp"
#include "projections/prompt_catalog/queries.hpp"
#include "projections/proof/queries.hpp"
#include "projections/runner_status.hpp"
#include "projections/subjects/queries.hpp"
#include "projections/subjects/subject_key_table.hpp"

namespace ledger::app {

// What is hashed with what.
struct AnsweringSecrets {
  std::string command_keys;            // and bodies
  std::string cursors;                 // and tokens of commands
  std::string subjects;                // names of
};

// What requests are answered from: the queries over one pool, and what the handlers share.
class Answering {
 public:
  // All that is given must outlive it.
  Answering(const config::Settings& settings, WriteStack& stack, ModelStates models, metrics::Registry& registry, const Home& home, http::ReplyCache& replies,
            AccessKeyRing& keys, const sealing::MasterKeys& masters, const AnsweringSecrets& secrets);
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;

  // Who is ready answers the first key: waits until the read model of keys has it, a bounded time.
  void await_keys(const log::Position& founded, std::chrono::milliseconds at_most);

  // Names, in the log, the master keys that would open what is sealed and are not configured.
  void tell_missing_master_keys() const;

  http::App& app() { return app_; }

 private:
  projections::PromptCatalog prompts_;
  projections::HistoryQueries history_;
  projections::ChangeQueries changes_;
  projections::AccessQueries access_;
  projections::DefinitionQueries definitions_;
  projections::ExecutionQueries executions_;
  projections::AnalyticsQueries analytics_;
  projections::AuditQueries audit_;
  projections::FeedbackQueries feedback_;
  projections::ModelPositions prompts_reached_;
  projections::ModelPositions history_reached_;
  projections::ModelPositions access_reached_;
  projections::ModelPositions definitions_reached_;
  projections::ModelPositions executions_reached_;
  projections::ModelPositions analytics_reached_;
  projections::ModelPositions audit_reached_;
  projections::ModelPositions feedback_reached_;
  projections::SubjectQueries subjects_;
  projections::ModelPositions subjects_reached_;
  projections::OperationQueries operations_;
  projections::ModelPositions operations_reached_;
  projections::ProofQueries proofs_;
  projections::ModelPositions proofs_reached_;
  projections::SubjectKeyTable subject_keys_;
  sealing::TextSeals seals_;
  http::Cursors cursors_;
  http::HistoryPulse pulse_;
  AccessKeyRing& keys_;
  http::App app_;
};

}  // namespace ledger::app
