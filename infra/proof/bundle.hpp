#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/result.hpp"
#include "infra/proof/checkpoint.hpp"
#include "log/record.hpp"

namespace ledger::proof {

// All that it takes to show, to somebody who has the public key and nothing else, that a record stands in the log: docs/proof.md, "Bundle".
struct Bundle {
  log::Record record;                  // with those headers that its hash covers, and the link's
  std::vector<log::Hash> inclusion;    // of its leaf, in the checkpoint's tree
  std::string checkpoint;              // the signed note

  bool operator==(const Bundle&) const = default;
};

// A bundle with what a bundle needs of a record as it was stored.
Bundle make_bundle(const log::Record& record, std::vector<log::Hash> inclusion, std::string checkpoint);

// As JSON, and back. The sentence says what is wrong: anything that to_json would not have written, but for spaces and the order of members.
std::string to_json(const Bundle& bundle);
Result<Bundle, std::string> parse_bundle(std::string_view json);

// What a bundle proves.
struct Proven {
  Checkpoint checkpoint;
  std::uint64_t height = 0;            // of the record, in the checkpoint's partition
  log::Hash hash{};                    // its link hash
};
// The sentence says what does not hold.
Result<Proven, std::string> verify(const Bundle& bundle, const crypto::PublicKey& key);

}  // namespace ledger::proof
