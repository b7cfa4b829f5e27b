// A tool of test_live_agreement.py.
//   log_verdicts create BROKERS TOPIC PARTITIONS
//   log_verdicts write  BROKERS TOPIC PARTITIONS RECORDS SEED     a mixed log into every partition
//   log_verdicts read   BROKERS TOPIC PARTITIONS                  what the program's own reader says of it, one JSON object a line
#include <chrono>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "infra/kafka/kafka_log.hpp"
#include "tests/log_reader/mixed_log.hpp"

using namespace ledger;

namespace {

constexpr std::chrono::milliseconds kPatience{30'000};

void create(log::Log& kafka, const std::string& topic, std::int32_t partitions) {
  const auto created = kafka.create({.name = topic, .partitions = partitions}, kPatience);
  if (!created) throw std::runtime_error(created.error().why);
}

// In turns, as partitions fill in life. The end of the log waits for the reports.
void write(log::Log& kafka, const std::string& topic, std::int32_t partitions, std::size_t records, std::uint32_t seed) {
  std::vector<std::vector<log::Record>> all;
  for (std::int32_t number = 0; number < partitions; ++number) {
    all.push_back(log_reader::MixedLog({topic, number}, partitions, seed + static_cast<std::uint32_t>(number)).make(records));
  }
  for (std::size_t n = 0; n < records; ++n) {
    for (std::int32_t number = 0; number < partitions; ++number) {
      const auto taken = kafka.append({topic, number}, all[static_cast<std::size_t>(number)][n], [](const log::Report& report) {
        if (!report.offset) std::cerr << report.error << '\n';
      });
      if (taken != log::Taken::yes) throw std::runtime_error("a record was not taken");
    }
  }
}

std::string line_of(const log::Arrival& arrival, const log::Verdict& verdict) {
  auto line = "{\"partition\":" + std::to_string(arrival.partition.number) + ",\"offset\":" + std::to_string(arrival.offset);
  if (const auto* counts = std::get_if<log::Counts>(&verdict)) {
    return line + ",\"verdict\":\"counts\",\"height\":" + std::to_string(counts->head.height) + ",\"hash\":\"" + log::to_text(counts->head.hash) + "\"}";
  }
  if (const auto* nothing = std::get_if<log::Void>(&verdict)) {
    return line + ",\"verdict\":\"void\",\"class\":\"" + std::string{log::to_text(nothing->cls)} + "\"}";
  }
  return line + ",\"verdict\":\"halt\"}";
}

// Every partition to the end that it has now, or to where it halts.
void read(log::Log& kafka, const std::string& topic, std::int32_t partitions) {
  std::vector<log::ReadFrom> from;
  std::map<log::PartitionId, log::LinkReader> readers;
  std::map<log::PartitionId, log::Offset> ends;
  for (std::int32_t number = 0; number < partitions; ++number) {
    const log::PartitionId partition{topic, number};
    const auto bounds = kafka.ends(partition, kPatience);
    if (!bounds) throw std::runtime_error(bounds.error().why);
    if (bounds->end == bounds->earliest) continue;
    from.push_back({partition, bounds->earliest});
    readers.emplace(partition, log::LinkReader{partition});
    ends[partition] = bounds->end;
  }
  const auto reader = kafka.read(from);
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!ends.empty()) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("the end of the log was not reached");
    for (const auto& arrival : reader->poll(std::chrono::milliseconds{100}, 1'000).arrivals) {
      const auto end = ends.find(arrival.partition);
      if (end == ends.end()) continue;
      const auto verdict = readers.at(arrival.partition).read(arrival);
      std::cout << line_of(arrival, verdict) << '\n';
      if (std::holds_alternative<log::Halt>(verdict) || arrival.offset + 1 >= end->second) ends.erase(end);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::vector<std::string> words{argv + 1, argv + argc};
    if (words.size() < 4) throw std::invalid_argument("which? See the head of this file");
    kafka::KafkaSettings settings;
    settings.brokers = words[1];
    settings.close_timeout_ms = static_cast<std::int32_t>(kPatience.count());
    kafka::KafkaLog kafka{settings};
    const auto partitions = std::stoi(words[3]);
    if (words[0] == "create") {
      create(kafka, words[2], partitions);
    } else if (words[0] == "write") {
      write(kafka, words[2], partitions, std::stoul(words.at(4)), static_cast<std::uint32_t>(std::stoul(words.at(5))));
    } else if (words[0] == "read") {
      read(kafka, words[2], partitions);
    } else {
      throw std::invalid_argument("no such order: " + words[0]);
    }
    return 0;
  } catch (const std::exception& fault) {
    std::cerr << fault.what() << '\n';
    return 1;
  }
}
