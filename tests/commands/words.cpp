#include "tests/commands/words.hpp"

#include <algorithm>

namespace ledger::words {
namespace {

constexpr std::string_view kType = "promptledger.words.added.v1";
constexpr std::string_view kRemoved = "promptledger.words.removed.v1";
constexpr std::string_view kFront = R"({"word":")";
constexpr std::string_view kBack = R"("})";

StreamId stream_id(const std::string& stream) { return {"words", stream}; }

bool contains(const Seen& seen, const std::string& word) {
  const auto& words = seen.as<Words>();
  return std::find(words.begin(), words.end(), word) != words.end();
}

Verdict put(const std::string& word, std::vector<std::string> tags = {}) {
  return std::optional<Draft>(Draft{std::string(kType), std::string(kFront) + word + std::string(kBack), std::move(tags)});
}

Verdict refuse(const std::string& word) { return tl::unexpected(Rejection{Code::already_exists, word + " is there", {}}); }

Proposal proposal(const std::string& stream) {
  Proposal proposal;
  proposal.partition = kPartition;
  proposal.partition_key = kKey;
  proposal.stream = stream_id(stream);
  proposal.reads = {of_stream(stream)};
  proposal.meta.workspace = "1";
  proposal.meta.actor = "ann";
  proposal.meta.correlation_id = "request";
  proposal.bytes = 100;
  return proposal;
}

}  // namespace

const Fold kWords{
    "words",
    [](std::string_view) -> StatePtr { return std::make_shared<const Words>(); },
    [](const StatePtr& before, const RecordedEvent& event) -> Result<StatePtr, std::string> {
      auto words = *static_cast<const Words*>(before.get());
      if (event.type == kType) {
        words.push_back(word_of(event));
      } else if (is_removal(event)) {
        std::erase(words, word_of(event));
      } else {
        return tl::unexpected("unknown type " + event.type);
      }
      return std::make_shared<const Words>(std::move(words));
    }};

Read of_stream(const std::string& stream) { return {&kWords, Read::By::stream, stream_id(stream).text(), kKey}; }
Read of_tag(const std::string& tag) { return {&kWords, Read::By::tag, tag, kKey}; }

Proposal add(const std::string& stream, const std::string& word) {
  Proposal made = proposal(stream);
  made.decide = [word](const std::vector<Seen>& seen) { return contains(seen.front(), word) ? refuse(word) : put(word); };
  return made;
}

Proposal add(const std::string& stream, const std::string& word, const std::string& key, const std::string& body) {
  Proposal made = add(stream, word);
  made.key = CommandKey{key, body};
  return made;
}

Proposal remove(const std::string& stream, const std::string& word) {
  Proposal made = proposal(stream);
  made.decide = [word](const std::vector<Seen>& seen) -> Verdict {
    if (!contains(seen.front(), word)) return tl::unexpected(Rejection{Code::not_found, word + " is not there", {}});
    auto draft = put(word);
    (*draft)->type = kRemoved;
    return draft;
  };
  return made;
}

Proposal ensure(const std::string& stream, const std::string& word) {
  Proposal made = proposal(stream);
  made.decide = [word](const std::vector<Seen>& seen) { return contains(seen.front(), word) ? Verdict(std::optional<Draft>()) : put(word); };
  return made;
}

Proposal claim(const std::string& stream, const std::string& word) {
  Proposal made = proposal(stream);
  const std::string tag = "word/" + word;
  made.reads.push_back(of_tag(tag));
  made.decide = [word, tag](const std::vector<Seen>& seen) { return seen[1].version > 0 ? refuse(word) : put(word, {tag}); };
  return made;
}

Proposal claim_next(const std::string& stream) {
  Proposal made = proposal(stream);
  const auto next = [](const Seen& seen) { return "w" + std::to_string(seen.as<Words>().size() + 1); };
  made.reads_then = [next](const std::vector<Seen>& seen) { return std::vector<Read>{of_tag("word/" + next(seen.front()))}; };
  made.decide = [next](const std::vector<Seen>& seen) {
    const std::string word = next(seen.front());
    return seen[1].version > 0 ? refuse(word) : put(word, {"word/" + word});
  };
  return made;
}

Inquiry inquiry(const std::string& key) { return {kPartition, kKey, key}; }

RecordedEvent added(const std::string& stream, std::uint64_t sequence, const std::string& word, const std::string& key) {
  RecordedEvent event;
  event.type = kType;
  event.stream = stream_id(stream);
  event.sequence = sequence;
  event.meta.event_id = "foreign-" + stream + "-" + word;
  event.meta.workspace = "1";
  event.meta.actor = "bob";
  event.partition_key = kKey;
  event.data = std::string(kFront) + word + std::string(kBack);
  event.command_id = key;
  if (!key.empty()) event.command_digest = "same";
  return event;
}

bool is_removal(const RecordedEvent& event) { return event.type == kRemoved; }

std::string word_of(const RecordedEvent& event) {
  return event.data.substr(kFront.size(), event.data.size() - kFront.size() - kBack.size());
}

}  // namespace ledger::words
