#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/recorded_event.hpp"
#include "infra/postgres/connection.hpp"
#include "log/link.hpp"
#include "log/record.hpp"

namespace ledger::projections {

// A record that counts, as a projection gets it.
struct Applied {
  log::Position position;
  log::Offset offset = 0;
  std::int64_t append_time_ms = 0;
  log::Record record;
  log::Head head;                      // of the record itself
  std::optional<RecordedEvent> event;  // absent for genesis and barriers, and when the envelope cannot be read
  std::string unreadable;              // why it cannot be read; else empty
  std::uint64_t skipped_before = 0;    // events of its stream right before it that are left out of the model

  // What order is kept by: the stream's name; of an unreadable record what it says its subject is.
  std::string stream() const;
};

// What counts at a place in the log, with its envelope opened.
Applied make_applied(log::Position position, log::Offset offset, std::int64_t append_time_ms, log::Record record,
                     const log::Head& head);

// An event that the projection cannot apply, by its index in the batch, and why.
struct Refusal {
  std::size_t index = 0;
  std::string why;
};

// How a model is built anew.
enum class Renewal : std::uint8_t {
  beside,    // a second one, which is compared with the live one and takes its place
  in_place,  // the live one begins again at the log's beginning: what it writes to cannot be had twice
};

// A read model: which events, which SQL. It holds no state of its own, so one object serves the runner, rebuilds and
// retries at once. Its tables are a function of the log alone: no clock, no randomness, no sequence numbers of the
// database.
class Projection {
 public:
  virtual ~Projection() = default;

  virtual std::string_view name() const = 0;  // also the PostgreSQL schema that holds the model
  // Counts up whenever the tables or what goes into them change: the model is then built anew beside the old one.
  virtual int version() const = 0;
  // The log topics it reads, behind the ledger's prefix: `log.prompts`.
  virtual std::vector<std::string_view> topics() const = 0;
  // The kinds of stream that the model is made of; empty: every record, also those without an event. A batch that has none
  // of them may be applied a little later, with what comes next: it only moves the checkpoint.
  virtual std::vector<std::string_view> kinds() const { return {}; }
  // True: records whose envelope cannot be read are given to apply as well, and not parked.
  virtual bool takes_unreadable() const { return false; }
  virtual Renewal renewal() const { return Renewal::beside; }

  // What makes its tables, and its indexes (a rebuild makes these last), without naming the schema.
  virtual std::string_view tables_sql() const = 0;
  virtual std::string_view indexes_sql() const { return {}; }

  // Applies records in order, within the caller's transaction, whose search_path is the model's schema: SQL here names
  // no schema. Events that concern the model but cannot be applied (unreadable data) are refused, and so must be the
  // later ones of their streams in the batch. A pg::Fault about data makes the caller find out which event is to blame.
  virtual std::vector<Refusal> apply(pg::Connection& connection, std::span<const Applied> batch) const = 0;
};

// Whether a record is of a kind that the projection is made of, or cannot be read and so may be; nothing when everything is.
std::function<bool(const Applied&)> concern_of(const Projection& projection);

}  // namespace ledger::projections
