#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "projections/checkpoints.hpp"
#include "projections/orders.hpp"
#include "projections/parking.hpp"
#include "projections/projection.hpp"

namespace ledger::projections {

// The version of the projection that made the model in this schema; nothing when there is no such model.
std::optional<int> model_version(pg::Connection& connection, const std::string& schema);

// All tables in a model's schema, by name.
std::vector<std::string> tables_of(pg::Connection& connection, const std::string& schema);

// The model was made by a newer program: this one must leave it alone.
class Outdated : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Makes the schema and all its tables, with or without the indexes. Does nothing when the model is there.
enum class Indexes : std::uint8_t { now, later };
void create_model(pg::Connection& connection, const Projection& projection, const std::string& schema, Indexes indexes);

// What became of a batch.
enum class BatchOutcome : std::uint8_t {
  applied,    // rows and checkpoints are committed
  lost_race,  // somebody else stands elsewhere already: nothing was written, read the checkpoints again
};

// Told to everybody who listens on channel(projection) when a batch has been committed: `<topic>/<partition>/<height>`,
// by spaces.
std::string notification_channel(std::string_view projection);

// A projection's tables in PostgreSQL: applies batches to them, with the one error policy there is, live and in a
// rebuild. One connection, whose search_path is the model's schema; one thread.
class Model {
 public:
  Model(pg::Connection& connection, const Projection& projection)
      : connection_{connection}, projection_{projection}, parking_{connection} {}

  // Where the model stands. What this object last saw: another process may have moved on, and then apply loses the
  // race.
  void reload() { at_ = load_checkpoints(connection_); }
  const Anchors& at() const { return at_; }
  // Where the model stands now, by whomever; what this object works from stays as it is.
  Anchors looked_up() { return load_checkpoints(connection_); }

  // Applies the records and moves the checkpoints to `to`, in one transaction. An event that cannot be applied parks
  // its stream.
  BatchOutcome apply(std::span<const Applied> batch, const Anchors& to);

  // What operators ask of the projection now, and what is left out of the model from then on. Of whatever is asked anew, parked events that are left
  // out go with the next retry.
  const Orders& heed();

  // Applies what is parked, stream by stream, as far as it can be now. Returns the number of events that left the
  // queues.
  std::size_t retry_parked();

  ParkedCount parked() { return parking_.count(); }

  // It is still of this projection's version: nobody has put another in its place.
  bool is_current();

 private:
  enum class OnBadData : std::uint8_t { give_up, halve };
  BatchOutcome apply_once(std::span<const Applied> batch, const Anchors& to, OnBadData on_bad_data);
  void apply_rows(std::span<const Applied> batch);
  void apply_halving(std::span<const Applied> batch);
  void apply_ready(std::span<const Applied> batch);
  std::size_t retry(const Parking::Stream& stream);
  std::string try_alone(Applied& event);

  pg::Connection& connection_;
  const Projection& projection_;
  Parking parking_;
  Orders orders_;
  LeftOut left_out_;
  Anchors at_;
};

}  // namespace ledger::projections
