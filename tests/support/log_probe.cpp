#include "tests/support/log_probe.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <iterator>
#include <random>
#include <stdexcept>
#include <thread>

namespace ledger::probe {

std::string test_brokers() {
  const char* brokers = std::getenv("PROMPTLEDGER_TEST_KAFKA");
  if (brokers == nullptr || *brokers == '\0') throw std::runtime_error("PROMPTLEDGER_TEST_KAFKA names no broker to test with");
  return brokers;
}

std::string fresh_topic_name() {
  static std::mutex mutex;
  static std::mt19937_64 random{std::random_device{}()};
  const std::lock_guard lock{mutex};
  return "test-" + std::to_string(getpid()) + "-" + std::to_string(random());
}

log::OnReport Reports::next() {
  const std::lock_guard lock{collected_->mutex};
  const auto number = collected_->entries.size();
  collected_->entries[number];
  return [collected = collected_, number](const log::Report& report) {
    const std::lock_guard telling{collected->mutex};
    auto& entry = collected->entries[number];
    entry.report = report;
    ++entry.told;
    collected->order.push_back(number);
    collected->told.notify_all();
  };
}

bool Reports::complete(std::chrono::milliseconds timeout) {
  std::unique_lock lock{collected_->mutex};
  return collected_->told.wait_for(lock, timeout, [this] { return collected_->order.size() >= collected_->entries.size(); });
}

std::vector<log::Report> Reports::all() const {
  const std::lock_guard lock{collected_->mutex};
  std::vector<log::Report> all;
  for (const auto& [number, entry] : collected_->entries) all.push_back(entry.report);
  return all;
}

bool Reports::each_once() const {
  const std::lock_guard lock{collected_->mutex};
  for (const auto& [number, entry] : collected_->entries) {
    if (entry.told != 1) return false;
  }
  return true;
}

std::vector<std::size_t> Reports::order() const {
  const std::lock_guard lock{collected_->mutex};
  return collected_->order;
}

log::Record record_of(std::string value) {
  return {.key = "ws/contract", .headers = {{"content-type", "application/json"}}, .value = std::move(value)};
}

log::Offset store(log::Log& log, const log::PartitionId& partition, const log::Record& record) {
  Reports reports;
  REQUIRE(log.append(partition, record, reports.next()) == log::Taken::yes);
  REQUIRE(reports.complete());
  const auto report = reports.all().front();
  INFO(report.error);
  REQUIRE(report.offset.has_value());
  return *report.offset;
}

void append_patiently(log::Log& log, const log::PartitionId& partition, const log::Record& record, const log::OnReport& on_report) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    const auto taken = log.append(partition, record, on_report);
    if (taken == log::Taken::yes) return;
    REQUIRE(taken == log::Taken::full);
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
}

log::Batch read_until(log::Reader& reader, std::size_t count, std::size_t disturbances) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  log::Batch all;
  while ((all.arrivals.size() < count || all.disturbances.size() < disturbances) && std::chrono::steady_clock::now() < deadline) {
    auto batch = reader.poll(std::chrono::milliseconds{50}, 1'000);
    std::move(batch.arrivals.begin(), batch.arrivals.end(), std::back_inserter(all.arrivals));
    std::move(batch.disturbances.begin(), batch.disturbances.end(), std::back_inserter(all.disturbances));
    std::move(batch.errors.begin(), batch.errors.end(), std::back_inserter(all.errors));
  }
  return all;
}

std::vector<log::Offset> offsets(const log::Batch& batch) {
  std::vector<log::Offset> all;
  for (const auto& arrival : batch.arrivals) all.push_back(arrival.offset);
  return all;
}

std::vector<std::string> values(const log::Batch& batch) {
  std::vector<std::string> all;
  for (const auto& arrival : batch.arrivals) all.push_back(arrival.record.value);
  return all;
}

}  // namespace ledger::probe
