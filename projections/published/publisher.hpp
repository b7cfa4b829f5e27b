#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <span>
#include <string>

#include "log/log.hpp"

namespace ledger::projections {

struct PublisherSettings {
  std::chrono::milliseconds delivery_timeout_ms{10'000};  // for a whole batch to be stored
  std::chrono::milliseconds log_timeout_ms{10'000};       // of one question to the log
  std::chrono::milliseconds guard_every_ms{60'000};       // between two looks at how a topic is set
};

// A record for a published topic.
struct Outgoing {
  std::string log_topic;  // where it comes from
  std::int32_t partition = 0;
  log::Record record;
};

// Writes records to the published topics. Thread-safe; one batch at a time.
//
// The log must outlive it, be nobody else's to append to, and be gapless: behind a record that its sender lost it
// stores none that came later, until the sender is renewed. That is what consumers rest on who skip every height that
// is not above the last one they saw: a record never reaches the topic before the one that it follows.
class Publisher {
 public:
  Publisher(log::Log& log, PublisherSettings settings) : log_{log}, settings_{settings} {}

  // Appends all of them in order and returns when each is reported stored. Else throws LogAway: then some of them, from
  // the front, may be stored, now or later.
  void publish(std::span<const Outgoing> batch);

 private:
  void guard(std::span<const Outgoing> batch);

  log::Log& log_;
  const PublisherSettings settings_;
  std::mutex mutex_;
  std::map<std::string, std::chrono::steady_clock::time_point>
      guarded_;  // log topics, and when they were last looked at
};

}  // namespace ledger::projections
