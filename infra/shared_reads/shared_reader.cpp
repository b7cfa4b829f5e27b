#include "infra/shared_reads/shared_reader.hpp"

#include <utility>

namespace ledger::shared_reads {

SharedReader::SharedReader(log::Log& log, std::shared_ptr<Trunk> trunk, const std::vector<log::ReadFrom>& from)
    : log_{log}, trunk_{std::move(trunk)} {
  for (const auto& [partition, offset] : from) next_[partition] = offset;
  join_or_read_alone();
}

SharedReader::~SharedReader() { trunk_->leave(seat_); }

log::Batch SharedReader::poll(std::chrono::milliseconds timeout, std::size_t max_records) {
  std::optional<log::Batch> batch;
  if (!alone_) {
    batch = trunk_->poll(seat_, timeout, max_records);
    if (!batch) join_or_read_alone();
  }
  if (!batch) batch = alone_ ? alone_->poll(timeout, max_records) : log::Batch{};
  for (const auto& arrival : batch->arrivals) next_[arrival.partition] = arrival.offset + 1;
  if (alone_ && trunk_->join(seat_, places())) alone_.reset();
  return *std::move(batch);
}

void SharedReader::join_or_read_alone() {
  if (!trunk_->join(seat_, places())) alone_ = log_.read(places());
}

std::vector<log::ReadFrom> SharedReader::places() const {
  std::vector<log::ReadFrom> all;
  for (const auto& [partition, offset] : next_) all.push_back({partition, offset});
  return all;
}

}  // namespace ledger::shared_reads
