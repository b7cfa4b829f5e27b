#include "projections/parking.hpp"

#include "projections/record_bytes.hpp"
#include "projections/storable.hpp"

namespace ledger::projections {
namespace {

const pg::Statement kStreams{"model.parked_streams",
                             "SELECT topic, partition, stream FROM parked_stream ORDER BY topic, partition, height"};

const pg::Statement kPark{"model.park_stream", R"sql(
  INSERT INTO parked_stream (topic, partition, stream, height, error) VALUES ($1, $2, $3, $4, $5))sql"};

const pg::Statement kKeep{"model.park_event", R"sql(
  INSERT INTO parked_event (topic, partition, height, stream, log_offset, append_time_ms, key, headers, value, hash, recorded_us)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))sql"};

const pg::Statement kCount{"model.parked_count", R"sql(
  SELECT (SELECT count(*) FROM parked_stream), (SELECT count(*) FROM parked_event))sql"};

const pg::Statement kEvents{"model.parked_events", R"sql(
  SELECT height, log_offset, append_time_ms, key, headers, value, hash, recorded_us
  FROM parked_event WHERE topic = $1 AND partition = $2 AND stream = $3 ORDER BY height)sql"};

const pg::Statement kDrop{"model.parked_drop",
                          "DELETE FROM parked_event WHERE topic = $1 AND partition = $2 AND height = $3"};

const pg::Statement kRelease{"model.parked_release",
                             "DELETE FROM parked_stream WHERE topic = $1 AND partition = $2 AND stream = $3"};

const pg::Statement kBlame{"model.parked_blame", R"sql(
  UPDATE parked_stream SET height = $4, error = $5 WHERE topic = $1 AND partition = $2 AND stream = $3)sql"};

std::int64_t height_of(const Applied& applied) { return static_cast<std::int64_t>(applied.position.height); }

}  // namespace

void Parking::load() {
  streams_.clear();
  for (auto& stream : streams()) streams_.emplace(std::move(stream.partition), std::move(stream.name));
}

bool Parking::holds(const Applied& applied) const {
  return !streams_.empty() && streams_.contains({applied.position.partition, applied.stream()});
}

void Parking::park(const Applied& applied, const std::string& error) {
  const auto stream = applied.stream();
  const auto& partition = applied.position.partition;
  connection_.run(kPark,
                  pg::Params{partition.topic, partition.number, stream, height_of(applied), made_storable(error)});
  keep(applied, stream);
  streams_.emplace(partition, stream);
}

void Parking::queue(const Applied& applied) { keep(applied, applied.stream()); }

void Parking::keep(const Applied& applied, const std::string& stream) {
  const auto& [partition, height] = applied.position;
  connection_.run(kKeep, pg::Params{partition.topic, partition.number, static_cast<std::int64_t>(height), stream,
                                    applied.offset, applied.append_time_ms, pg::Bytes{applied.record.key},
                                    pg::Bytes{encode_headers(applied.record.headers)}, pg::Bytes{applied.record.value},
                                    pg::Bytes{bytes_of(applied.head.hash)}, applied.head.recorded_us});
}

ParkedCount Parking::count() {
  const auto rows = connection_.run(kCount);
  return {rows[0].number(0), rows[0].number(1)};
}

std::vector<Parking::Stream> Parking::streams() {
  std::vector<Stream> out;
  for (const pg::Row row : connection_.run(kStreams)) {
    out.push_back({{std::string{row.text(0)}, static_cast<std::int32_t>(row.number(1))}, std::string{row.text(2)}});
  }
  return out;
}

std::vector<Applied> Parking::events(const Stream& stream) {
  std::vector<Applied> out;
  for (const pg::Row row :
       connection_.run(kEvents, pg::Params{stream.partition.topic, stream.partition.number, stream.name})) {
    const log::Head head{hash_of(row.bytes(6)), static_cast<std::uint64_t>(row.number(0)), row.number(7)};
    log::Record record{std::string{row.bytes(3)}, decode_headers(row.bytes(4)).value(), std::string{row.bytes(5)}};
    out.push_back(make_applied({stream.partition, head.height}, row.number(1), row.number(2), std::move(record), head));
  }
  return out;
}

void Parking::drop(const Applied& applied) {
  const auto& partition = applied.position.partition;
  connection_.run(kDrop, pg::Params{partition.topic, partition.number, height_of(applied)});
}

void Parking::release(const Stream& stream) {
  connection_.run(kRelease, pg::Params{stream.partition.topic, stream.partition.number, stream.name});
  streams_.erase({stream.partition, stream.name});
}

void Parking::blame(const Stream& stream, const Applied& applied, const std::string& error) {
  connection_.run(kBlame, pg::Params{stream.partition.topic, stream.partition.number, stream.name, height_of(applied),
                                     made_storable(error)});
}

}  // namespace ledger::projections
