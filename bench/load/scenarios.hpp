#pragma once

#include <string>

#include "bench/load/load.hpp"

// What is asked of a running ledger, by its public API alone.
namespace ledger::bench {

// Names that no other run uses, so that a bench can be repeated against the same ledger. Its prompts stay, in the category "bench".
std::string fresh_run_name();

// Every call creates one more prompt.
NextRequest creating_prompts(const Target& target, const std::string& run);

// One prompt read by name and label again and again, its variable filled in.
struct ReadingByName {
  NextRequest next;
  std::string answer;                  // the body that each call gets
};
// Creates the prompt and waits until it can be read. Throws std::runtime_error with the server's words when that is refused.
ReadingByName reading_by_name(const Target& target, const std::string& run, const Load& load);

}  // namespace ledger::bench
