#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <tuple>

#include "http/app.hpp"
#include "http/request.hpp"
#include "projections/prompt_catalog/queries.hpp"

namespace ledger::http {

// Which versions of prompts the lines of one batch name, looked up once each. A version that is there is there for good; what is not there yet, and
// what a label or "the newest" means, is looked up again after a moment. One thread.
class NamedVersions {
 public:
  NamedVersions(const Request& request, const App& app) : request_(request), app_(app) {}

  // May wait for the catalog, as for an execution that comes alone. Throws pg::Fault.
  std::optional<projections::NamedVersion> find(const std::string& prompt, const projections::WantedVersion& wanted);

 private:
  using Clock = std::chrono::steady_clock;
  struct Known {
    std::optional<projections::NamedVersion> version;
    Clock::time_point until;
  };

  Request request_;                    // with a deadline of its own for each look
  const App& app_;
  std::map<std::tuple<std::string, prompt::VersionNumber, std::string>, Known> known_;   // by prompt, number and label
};

}  // namespace ledger::http
