#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/result.hpp"
#include "infra/crypto/ed25519.hpp"
#include "log/record.hpp"

// A signed statement about a partition's first records, as c2sp.org/tlog-checkpoint says (docs/proof.md).
namespace ledger::proof {

struct Checkpoint {
  std::string origin;                  // whose tree it is
  std::uint64_t size = 0;              // how many records: those of the heights below it
  log::Hash root{};                    // of their Merkle tree

  bool operator==(const Checkpoint&) const = default;
};

// `promptledger/<ledger id>/<topic>/<partition>`: also the name that the ledger's key signs it under.
std::string origin_of(std::string_view ledger, const log::PartitionId& partition);

// The text that is signed, and back: three lines and nothing else. Extension lines, which the format allows and advises against, are refused: the
// ledger writes none.
std::string to_text(const Checkpoint& checkpoint);
Result<Checkpoint, std::string> parse_checkpoint(std::string_view text);

// The whole note, and back. What does not parse, or is not signed by this key under its origin, is told in a sentence.
std::string sign(const Checkpoint& checkpoint, const crypto::SigningKey& key);
Result<Checkpoint, std::string> open_checkpoint(std::string_view note, const crypto::PublicKey& key);

}  // namespace ledger::proof
