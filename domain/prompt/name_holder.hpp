#pragma once

#include <optional>
#include <string>

#include "domain/prompt/events.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

namespace ledger::prompt {

// Which prompt holds a name: the fold over the events under its tag, in log order. Exact on the partition's head.
struct NameHolder {
  Name name;
  std::optional<std::string> prompt;  // the id; nothing when the name is free

  bool operator==(const NameHolder&) const = default;
};

// Created, forked, restored and renamed to it take the name; deleted and renamed away release it.
NameHolder evolve(NameHolder holder, const std::string& prompt, const Event& event);

// The same from a stored event. The sentence says why it cannot be read.
Result<NameHolder, std::string> apply(NameHolder holder, const RecordedEvent& event);

}  // namespace ledger::prompt
