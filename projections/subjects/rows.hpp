#pragma once

#include <map>
#include <string>
#include <vector>

#include "domain/subject/subject.hpp"
#include "infra/postgres/connection.hpp"
#include "projections/fold_streams.hpp"

namespace ledger::projections {

// The columns that states are read from, a row for each erasure, in order.
inline constexpr std::string_view kErasureColumns = "subject, workspace, key_ids, fingerprints, receipt, event_id, actor, reason, erased_at";

// What the rows of erasures add up to, by subject.
std::map<std::string, subject::State> subjects_of(const pg::Rows& rows);

std::map<std::string, subject::State> load_subjects(pg::Connection& connection, const std::vector<std::string>& ids);
// The erasures that a batch added; returns the ids of the keys that they name.
std::vector<std::string> write_erasures(pg::Connection& connection, const FoldedStreams<subject::State>& subjects);

}  // namespace ledger::projections
