#pragma once

#include <string>
#include <vector>

#include "projections/follower.hpp"
#include "projections/model.hpp"
#include "projections/rebuild.hpp"
#include "tests/projections/chain.hpp"
#include "tests/support/postgres.hpp"

namespace ledger::test {

// A read model that is brought up to the log by hand, batch by batch.
class ByHand {
 public:
  ByHand(Database& database, Chain& chain, const projections::Projection& projection)
      : connection{database.settings(std::string{projection.name()})},
        model{connection, projection},
        chain_{chain},
        projection_{projection} {
    projections::create_model(connection, projection, std::string{projection.name()}, projections::Indexes::now);
    model.reload();
  }

  // Everything that is there, from where the model last saw itself.
  projections::Followed read() {
    std::vector<projections::Start> starts;
    for (const auto& partition : projections::partitions_of(chain_.log, projection_, "promptledger", kSoon)) {
      const auto at = model.at().find(partition);
      starts.push_back(
          {.partition = partition, .anchor = at == model.at().end() ? std::nullopt : std::optional{at->second}});
    }
    projections::Follower follower{chain_.log, std::move(starts), {}};
    return follower.next({.max_ms = std::chrono::milliseconds{5'000}, .first_wait_ms = std::chrono::milliseconds{5}});
  }
  projections::BatchOutcome catch_up() {
    const auto batch = read();
    return batch.empty() ? projections::BatchOutcome::applied : model.apply(batch.counted, batch.to);
  }

  pg::Connection connection;
  projections::Model model;

 private:
  Chain& chain_;
  const projections::Projection& projection_;
};

}  // namespace ledger::test
