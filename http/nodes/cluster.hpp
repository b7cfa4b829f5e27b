#pragma once

#include <functional>
#include <string>
#include <vector>

#include "domain/result.hpp"
#include "log/groups.hpp"

namespace ledger::http {

// Where GET /cluster looks beside the command side. Called by any of the server's threads; answers after a short wait of its own at most.
struct ClusterSources {
  // The members of a group of the log's; why not, when it cannot be asked.
  std::function<Result<std::vector<log::Member>, std::string>(const std::string& group)> members;
};

}  // namespace ledger::http
