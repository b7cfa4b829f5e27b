#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "log/log.hpp"

namespace ledger::log {

// A record and where it goes. Both outlive the call.
struct Parcel {
  PartitionId to;
  const Record* record = nullptr;
};

// Appends all of them in order and returns when each is reported stored, or says what went wrong: then some of them, from the front of each
// partition, may be stored, now or later, and the sender is to be renewed before it is given others.
std::optional<std::string> append_all(Log& log, std::span<const Parcel> parcels, std::chrono::steady_clock::time_point until);

}  // namespace ledger::log
