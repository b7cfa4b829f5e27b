#pragma once

#include "projections/projection.hpp"
#include "projections/published/publisher.hpp"

namespace ledger::projections {

inline constexpr std::string_view kPublishedName = "published";
inline constexpr int kPublishedVersion = 1;  // raised, all events are published again

// All that the ledger writes to.
inline std::vector<std::string_view> log_topics() { return {"log.prompts", "log.executions", "log.feedback"}; }

// The projection whose rows are Kafka records: every event that counts, in its partition's order, goes to the topic
// that outsiders read. Its checkpoint is a read model's, and moves only when all of a batch is stored; so what is
// published twice, after a failure or by a rebuild, is identical.
class PublishedProjection final : public Projection {
 public:
  explicit PublishedProjection(Publisher& publisher) : publisher_{publisher} {}  // must outlive it

  std::string_view name() const override { return kPublishedName; }
  int version() const override { return kPublishedVersion; }
  std::vector<std::string_view> topics() const override { return log_topics(); }
  bool takes_unreadable() const override { return true; }
  Renewal renewal() const override { return Renewal::in_place; }
  std::string_view tables_sql() const override { return {}; }
  // Throws LogAway when the log does not take them.
  std::vector<Refusal> apply(pg::Connection& connection, std::span<const Applied> batch) const override;

 private:
  Publisher& publisher_;
};

// Whether outsiders get to see it: geneses and barriers say nothing to them.
bool is_event(const log::Record& record);
// What they get to see of an event: key and value as they are, and those headers that are theirs to know.
log::Record published_record(const log::Record& record);

}  // namespace ledger::projections
