#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "domain/recorded_event.hpp"
#include "infra/postgres/connection.hpp"
#include "log/record.hpp"

namespace ledger::projections {

// One moment of the history, for who reads much of it: all that it gives was so at once. As long as it lives the connection is in its transaction. One
// thread. Throws pg::Fault.
class HistorySnapshot {
 public:
  explicit HistorySnapshot(pg::Connection& connection);

  // The ledger's UUID, as a genesis says it. Throws std::runtime_error when the history has none yet.
  std::string ledger();
  // How far each partition has been read.
  std::vector<log::Position> reached();
  // Whose a stream is; nothing when it has no events.
  std::optional<std::string> workspace_of(const StreamId& stream);

  // Every event of a stream, or of all streams of a kind in the order of their names; of each stream from its first on. Only some thousand are in
  // memory at once.
  using Visit = std::function<void(RecordedEvent event)>;
  void stream(const std::string& workspace, const StreamId& stream, const Visit& visit);
  void kind(const std::string& workspace, const std::string& kind, const Visit& visit);

 private:
  void events(const std::string& workspace, const std::string& first_name, const std::string& last_name, const Visit& visit);

  pg::Connection& connection_;
  pg::Transaction transaction_;
};

}  // namespace ledger::projections
