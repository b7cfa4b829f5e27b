#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "commands/proposal.hpp"

// The smallest domain that a writer can serve: a stream holds words, each at most once.
namespace ledger::words {

inline const log::PartitionId kPartition{"promptledger.log.prompts", 0};
inline const std::string kKey = "ws/1";

using Words = std::vector<std::string>;
extern const Fold kWords;

Read of_stream(const std::string& stream);
Read of_tag(const std::string& tag);

// Puts a word into a stream: refused (already_exists) when it is there.
Proposal add(const std::string& stream, const std::string& word);
// The same with an idempotency key; the body is what the digest is of.
Proposal add(const std::string& stream, const std::string& word, const std::string& key, const std::string& body = "same");
// Takes a word out of a stream: refused (not_found) when it is not there.
Proposal remove(const std::string& stream, const std::string& word);
// As add, but asking for what is already so is no event instead of a refusal.
Proposal ensure(const std::string& stream, const std::string& word);
// As add, but the word may be taken by no other stream: its event carries the tag `word/<word>`, and the decision reads it.
Proposal claim(const std::string& stream, const std::string& word);
// As claim, but which tag is read only the stream's own state can say: the next free word of w1, w2, ….
Proposal claim_next(const std::string& stream);

Inquiry inquiry(const std::string& key);

// An event as somebody else's writer would have made it.
RecordedEvent added(const std::string& stream, std::uint64_t sequence, const std::string& word, const std::string& key = "");
// The word of an event of ours, and whether it was taken out.
std::string word_of(const RecordedEvent& event);
bool is_removal(const RecordedEvent& event);

}  // namespace ledger::words
