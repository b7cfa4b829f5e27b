#pragma once

#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "app/stack.hpp"
#include "commands/proposal.hpp"
#include "domain/projection/projection.hpp"
#include "infra/config/settings.hpp"
#include "infra/postgres/connection.hpp"
#include "projections/operations/queries.hpp"

namespace ledger::app {

// The right to rebuild a projection, which one process has at a time. It goes with the object, or with the process.
class RebuildClaim {
 public:
  // Nothing when another has it. Throws pg::Fault.
  static std::unique_ptr<RebuildClaim> take(const config::Settings& settings, const std::string& projection);

 private:
  explicit RebuildClaim(const config::Settings& settings);

  pg::Connection connection_;
};

// Carries rebuilds out that operators asked for, and tells the log of it: who began, and how it ended.
class Rebuilds {
 public:
  // `workspace` is the one that looks after the ledger, `node` who builds. Settings and stack must outlive it.
  Rebuilds(const config::Settings& settings, WriteStack& stack, std::string workspace, std::string node);

  // For who holds the claim. Minds a throttle, or an end, that is asked for meanwhile. Nothing when `stop` came first: then the rebuild stays open, for
  // the next who claims it. Throws pg::Fault, and std::runtime_error when the log does not take what is told.
  std::optional<projection::RebuildEnded> carry_out(const RebuildClaim& claim, const std::string& projection, const projection::Rebuild& rebuild, const std::stop_token& stop);

 private:
  class Attempt;

  void tell(const Proposal& proposal);

  const config::Settings& settings_;
  WriteStack& stack_;
  const std::string workspace_;
  const std::string node_;
  projections::OperationQueries operations_;
};

}  // namespace ledger::app
