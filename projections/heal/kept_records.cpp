#include "projections/heal/kept_records.hpp"

#include <stdexcept>
#include <string>

#include "projections/record_bytes.hpp"

namespace ledger::projections {
namespace {

// The first one always, the others as long as all together stay within the bytes.
const pg::Statement kRecords{"history.kept_records", R"sql(
  SELECT height, hash, recorded_at, key, headers, value FROM (
    SELECT height, hash, recorded_at, key, headers, value,
           sum(octet_length(key) + octet_length(headers) + octet_length(value)) OVER (ORDER BY height) AS bytes
    FROM (SELECT * FROM history.event WHERE topic = $1 AND partition = $2 AND height BETWEEN $3 AND $4 ORDER BY height LIMIT $5) next
  ) counted
  WHERE bytes <= $6 OR height = $3
  ORDER BY height)sql"};

const pg::Statement kPlaces{"history.kept_places", R"sql(
  SELECT height, hash, log_offset, append_time_ms FROM history.event
  WHERE topic = $1 AND partition = $2 AND height BETWEEN $3 AND $4 ORDER BY height)sql"};

const pg::Statement kMove{"history.move_kept", R"sql(
  UPDATE history.event e SET log_offset = at.log_offset, append_time_ms = at.append_time_ms
  FROM unnest($3::int8[], $4::bytea[], $5::int8[], $6::int8[]) AS at(height, hash, log_offset, append_time_ms)
  WHERE e.topic = $1 AND e.partition = $2 AND e.height = at.height AND e.hash = at.hash)sql"};

std::int64_t signed_of(std::uint64_t height) { return static_cast<std::int64_t>(height); }

[[noreturn]] void missing(const log::PartitionId& partition, std::uint64_t height) {
  throw std::runtime_error{"the history lacks height " + std::to_string(height) + " of " + partition.topic + '/' +
                           std::to_string(partition.number) + ", although its checkpoint lies behind it"};
}

}  // namespace

std::vector<KeptRecord> KeptRecords::records(std::uint64_t from, std::uint64_t to, std::size_t max_records,
                                             std::size_t max_bytes) {
  const auto rows = connection_.run(
      kRecords, pg::Params{partition_.topic, partition_.number, signed_of(from), signed_of(to),
                           static_cast<std::int64_t>(max_records), static_cast<std::int64_t>(max_bytes)});
  std::vector<KeptRecord> kept;
  for (const pg::Row row : rows) {
    const auto height = static_cast<std::uint64_t>(row.number(0));
    if (height != from + kept.size()) break;
    auto headers = decode_headers(row.bytes(4));
    if (!headers)
      throw std::runtime_error{"the headers of height " + std::to_string(height) + " are damaged in the history"};
    kept.push_back({{hash_of(row.bytes(1)), height, row.time(2).time_since_epoch().count()},
                    {std::string{row.bytes(3)}, std::move(*headers), std::string{row.bytes(5)}}});
  }
  if (kept.empty()) missing(partition_, from);
  return kept;
}

std::vector<KeptPlace> KeptRecords::places(std::uint64_t from, std::uint64_t to) {
  std::vector<KeptPlace> places;
  for (const pg::Row row :
       connection_.run(kPlaces, pg::Params{partition_.topic, partition_.number, signed_of(from), signed_of(to)})) {
    places.push_back({static_cast<std::uint64_t>(row.number(0)), hash_of(row.bytes(1)), row.number(2), row.number(3)});
    if (places.back().height != from + places.size() - 1) missing(partition_, from + places.size() - 1);
  }
  if (places.size() != to - from + 1) missing(partition_, from + places.size());
  return places;
}

void KeptRecords::move(const std::vector<KeptPlace>& places) {
  std::vector<std::int64_t> heights, offsets, times;
  std::vector<pg::Bytes> hashes;
  for (const auto& place : places) {
    heights.push_back(signed_of(place.height));
    hashes.push_back({bytes_of(place.hash)});
    offsets.push_back(place.offset);
    times.push_back(place.append_time_ms);
  }
  connection_.run(kMove, pg::Params{partition_.topic, partition_.number, heights, hashes, offsets, times});
}

}  // namespace ledger::projections
