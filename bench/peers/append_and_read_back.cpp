#include "bench/peers/append_and_read_back.hpp"

#include "bench/fill/synthetic_prompts.hpp"

namespace ledger::bench {
namespace {

constexpr std::chrono::milliseconds kEndTimeout{10'000};

}  // namespace

AppendAndReadBack::AppendAndReadBack(log::Log& log, std::string topic, int partitions) : log_{log}, topic_{std::move(topic)}, partitions_{partitions} {
  sealed_ = seal(SyntheticPrompts{1}.event(1));
  std::vector<log::ReadFrom> from;
  for (int number = 0; number < partitions_; ++number) from.push_back({{topic_, number}, log_.ends({topic_, number}, kEndTimeout).value().end});
  thread_ = std::jthread([this, from](const std::stop_token& stop) { read(stop, from); });
}

LoopResult AppendAndReadBack::measure(int clients, const LoopTimes& times) {
  waiting_ = std::vector<Done>(static_cast<std::size_t>(clients));
  return run_closed_loop(clients, times, [this](int client, Done done) {
    // Handed over to the reading thread by way of the broker, which answers only after this.
    waiting_[static_cast<std::size_t>(client)] = std::move(done);
    const log::Record record{std::to_string(client), sealed_.headers, sealed_.value};
    const auto taken = log_.append({topic_, client % partitions_}, record, [](const log::Report&) {});
    if (taken != log::Taken::yes) waiting_[static_cast<std::size_t>(client)](false);
  });
}

void AppendAndReadBack::read(const std::stop_token& stop, const std::vector<log::ReadFrom>& from) {
  const auto reader = log_.read(from);
  while (!stop.stop_requested()) {
    for (const auto& arrival : reader->poll(std::chrono::milliseconds{100}, 4'096).arrivals) waiting_.at(std::stoul(arrival.record.key))(true);
  }
}

}  // namespace ledger::bench
