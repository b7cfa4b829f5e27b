#include "tests/projections/notes.hpp"

#include <set>

namespace ledger::test {
namespace {

const pg::Statement kInsert{"notes.insert", "INSERT INTO note (stream, sequence, value) VALUES ($1, $2, $3)"};
const pg::Statement kHasKey{"notes.has_key", "SELECT EXISTS (SELECT 1 FROM riddle_key)"};

}  // namespace

std::vector<projections::Refusal> Notes::apply(pg::Connection& connection,
                                               std::span<const projections::Applied> batch) const {
  std::vector<projections::Refusal> refusals;
  std::set<std::string> refused;
  const bool has_key = connection.run(kHasKey)[0].flag(0);
  for (std::size_t i = 0; i < batch.size(); ++i) {
    const auto& event = batch[i].event;
    if (!event || event->stream.kind != "note") continue;
    if (refused.contains(event->stream.id) || (!has_key && event->data.find("riddle") != std::string::npos)) {
      refusals.push_back({i, "nobody knows the answer"});
      refused.insert(event->stream.id);
      continue;
    }
    connection.run(kInsert, pg::Params{event->stream.id, static_cast<std::int64_t>(event->sequence), event->data});
  }
  return refusals;
}

}  // namespace ledger::test
