#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "commands/decision.hpp"
#include "domain/checkpoint/checkpoint.hpp"

// What can be asked of a partition's checkpoints. Pure.
namespace ledger::checkpoint {

// Whoever signs is the ledger itself, and no caller from outside.
inline constexpr std::string_view kSigner = "promptledger";

// The records were read from the log by the link rule, behind those of the checkpoint that it continues; the signature was made and verified before.
struct Sign {
  std::uint64_t continues_size = 0;    // of the last checkpoint that the signer knows, 0 when there is none
  std::string continues_root;
  Signed checkpoint;
};

// The last checkpoint must be exactly the one that is continued: of two signers who know different ones, one would contradict itself.
Decision<Event> decide(const State& state, const Sign& command, std::string_view actor);

}  // namespace ledger::checkpoint
