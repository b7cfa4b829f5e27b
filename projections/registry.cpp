#include "projections/registry.hpp"

#include "projections/access/access.hpp"
#include "projections/analytics/analytics.hpp"
#include "projections/audit/audit.hpp"
#include "projections/definitions/definitions.hpp"
#include "projections/executions/executions.hpp"
#include "projections/feedback/feedback.hpp"
#include "projections/history/history.hpp"
#include "projections/operations/operations.hpp"
#include "projections/prompt_catalog/prompt_catalog.hpp"
#include "projections/proof/proof.hpp"
#include "projections/published/published.hpp"
#include "projections/snapshots/snapshots.hpp"
#include "projections/subjects/subjects.hpp"

namespace ledger::projections {

std::span<const Projection* const> all() {
  static const HistoryProjection history;
  static const PromptCatalogProjection prompt_catalog;
  static const AccessProjection access;
  static const DefinitionsProjection definitions;
  static const ExecutionsProjection executions;
  static const AnalyticsProjection analytics;
  static const FeedbackProjection feedback;
  static const SubjectsProjection subjects;
  static const AuditProjection audit;
  static const OperationsProjection operations;
  static const ProofProjection proof;
  static const SnapshotsProjection snapshots;
  static const Projection* const projections[] = {&history, &prompt_catalog, &access, &definitions, &executions, &analytics, &feedback, &subjects, &audit, &operations, &proof, &snapshots};
  return projections;
}

std::vector<std::string> projection_names() {
  std::vector<std::string> names;
  for (const auto* projection : all()) names.emplace_back(projection->name());
  names.emplace_back(kPublishedName);
  return names;
}

const Projection* find(std::string_view name) {
  for (const Projection* projection : all()) {
    if (projection->name() == name) return projection;
  }
  return nullptr;
}

}  // namespace ledger::projections
