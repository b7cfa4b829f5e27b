#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "domain/feedback/security_scan.hpp"
#include "infra/postgres/connection.hpp"
#include "projections/fold_streams.hpp"

namespace ledger::projections {

struct SecurityScanEntry {
  std::string id;
  security_scan::State state;
};

// The columns of the table `security_scan`, for a SELECT whose rows security_scan_of reads.
inline constexpr std::string_view kSecurityScanColumns =
    "id, workspace, version, input_text, input_subject, (risk_score * 1000000)::int8, label, user_name, author, "
    "created_at, reason";
SecurityScanEntry security_scan_of(const pg::Row& row);

std::map<std::string, security_scan::State> load_security_scans(pg::Connection& connection,
                                                                const std::vector<std::string>& ids);
void write_security_scans(pg::Connection& connection, const FoldedStreams<security_scan::State>& scans);

}  // namespace ledger::projections
