#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "http/health.hpp"
#include "http/nodes/cluster.hpp"
#include "http/verification.hpp"

namespace ledger {
class CommandSide;
namespace sealing {
class TextSeals;
}  // namespace sealing
namespace projections {
class AccessQueries;
class AnalyticsQueries;
class AuditQueries;
class ChangeQueries;
class DefinitionQueries;
class ExecutionQueries;
class FeedbackQueries;
class HistoryQueries;
class ModelPositions;
class OperationQueries;
class PromptCatalog;
class ProofQueries;
class SubjectQueries;
}  // namespace projections
}  // namespace ledger

namespace ledger::http {

// What one batch of lines may hold, and how long it waits. Of each number there is one for each batch under way.
struct BatchSettings {
  std::size_t in_flight_max = 4'096;                         // lines that wait for their outcome, or for those before them to be told
  std::size_t in_flight_max_bytes = std::size_t{8} << 20U;
  std::size_t unread_max_bytes = std::size_t{8} << 20U;      // of results that the client has not taken
  std::size_t line_max_bytes = std::size_t{4} << 20U;        // as for the body of one execution
  std::chrono::milliseconds reader_patience_ms{2'000};       // for a client that takes no results, before his lines are no longer taken
  std::chrono::milliseconds line_deadline_ms{60'000};        // for one line, all its tries together
};

class Cursors;
class Forwarding;
class HistoryPulse;
class ReplyCache;

struct AppSettings {
  std::string topic_prefix = "promptledger";                 // position tokens name topics without it
  std::chrono::milliseconds min_position_wait_ms{10'000};    // for a read model to reach Ledger-Min-Position
  std::chrono::milliseconds heartbeat_ms{10'000};            // of event streams
  std::chrono::milliseconds event_poll_ms{20};               // how soon an event stream sees what the history has got
  // Its admins look after the whole ledger: they make workspaces, and keys for all of them. The admins of other workspaces look after
  // their own. Empty: nobody does.
  std::string home_workspace;
  BatchSettings batch;
};

// What handlers work on. Every member is a port or a query of another folder, set once by app/ before the server starts, and outlives it;
// handlers run on many threads at once.
struct App {
  CommandSide* commands = nullptr;                           // null in a process that takes no commands
  Forwarding* forwarding = nullptr;                          // null: all commands are decided here
  projections::PromptCatalog* prompts = nullptr;
  projections::HistoryQueries* history = nullptr;
  projections::ChangeQueries* changes = nullptr;             // of the history
  projections::AccessQueries* access = nullptr;
  projections::DefinitionQueries* definitions = nullptr;
  projections::ExecutionQueries* executions = nullptr;
  projections::AnalyticsQueries* analytics = nullptr;
  projections::AuditQueries* audit = nullptr;
  projections::FeedbackQueries* feedback = nullptr;
  projections::SubjectQueries* subjects = nullptr;
  projections::OperationQueries* operations = nullptr;
  projections::ProofQueries* proofs = nullptr;
  sealing::TextSeals* seals = nullptr;                       // personal texts in and out
  projections::ModelPositions* prompts_reached = nullptr;    // how far each of the read models is
  projections::ModelPositions* history_reached = nullptr;
  projections::ModelPositions* access_reached = nullptr;
  projections::ModelPositions* definitions_reached = nullptr;
  projections::ModelPositions* executions_reached = nullptr;
  projections::ModelPositions* analytics_reached = nullptr;
  projections::ModelPositions* audit_reached = nullptr;
  projections::ModelPositions* feedback_reached = nullptr;
  projections::ModelPositions* operations_reached = nullptr;
  projections::ModelPositions* proofs_reached = nullptr;
  projections::ModelPositions* subjects_reached = nullptr;   // and how far erasures are carried out
  std::function<void()> access_changed;                      // whoever remembers keys must look again
  const Cursors* cursors = nullptr;                          // and tokens of commands
  ReplyCache* replies = nullptr;                             // of prompts by name
  HistoryPulse* pulse = nullptr;                             // one for all event streams
  std::string key_secret;                                    // what idempotency keys and bodies are hashed with
  std::function<std::string()> new_id;                       // UUIDv7
  std::function<std::string()> metrics;                      // in Prometheus' text format
  HealthSources health;
  ClusterSources cluster;
  VerificationSource verification;                           // empty in a process that does not watch the log
  AppSettings settings;
};

}  // namespace ledger::http
