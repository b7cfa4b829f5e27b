#pragma once

#include <string>
#include <vector>

#include "commands/decision.hpp"
#include "domain/subject/subject.hpp"

// What can be asked of a subject, and what becomes of it. Pure.
namespace ledger::subject {

struct Erase {};

// Whose, and under which keys their text is sealed now, as far as these are kept: looked up before. A key that comes into being meanwhile is as good
// as one made afterwards, and stays.
struct EraseContext {
  std::string workspace;
  std::string subject;
  std::vector<KeyPrint> keys;
};

// Keys that were erased before, and are merely still there, make no second event.
Decision<Event> decide(const State& state, const Erase& command, const EraseContext& context);

// What whoever has the event can compute again: SHA-256 over workspace, subject, and the keys' ids and fingerprints, in base64url.
std::string receipt_of(const EraseContext& erased);

}  // namespace ledger::subject
