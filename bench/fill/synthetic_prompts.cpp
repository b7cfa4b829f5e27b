#include "bench/fill/synthetic_prompts.hpp"

#include <array>
#include <cstdio>
#include <memory>
#include <random>

#include "domain/partition_key.hpp"
#include "domain/prompt/codec.hpp"
#include "domain/prompt/events.hpp"

namespace ledger::bench {
namespace {

constexpr std::array kWords{"act",    "as",     "a",        "careful", "editor",  "who",     "reads", "the",     "given",  "text",   "and",
                            "answers", "with",  "three",    "short",   "points",  "never",   "more",  "than",    "twenty", "words",  "each",
                            "unless", "asked",  "otherwise", "explain", "your",   "reason",  "step",  "by",      "keep",   "names",  "numbers",
                            "exactly", "they",  "are",      "if",      "unknown", "say",     "so",    "instead", "of",     "guessing"};
constexpr std::size_t kTextBytes = 840;

prompt::NewVersion version(prompt::VersionNumber number, std::uint64_t seed) {
  prompt::NewVersion made;
  made.number = number;
  made.content = std::make_shared<const prompt::Content>(prompt::Content{.body = prompt::Text{words(seed, kTextBytes)}, .variables = {}});
  made.source = "api";
  return made;
}

prompt::Event what(std::uint64_t prompt, std::uint64_t step) {
  switch (step) {
    case 0: {
      prompt::Created created;
      created.beginning.name = {"synthetic", "prompt " + std::to_string(prompt)};
      created.beginning.tags = {"bench"};
      created.beginning.version = version(1, prompt * 3);
      return created;
    }
    case 1: return prompt::VersionAdded{version(2, prompt * 3 + 1)};
    case 2: return prompt::VersionAdded{version(3, prompt * 3 + 2)};
    case 3: return prompt::LabelMoved{"production", std::nullopt, 2};
    default: return prompt::LifecycleMoved{prompt::Status::draft, prompt::Status::published};
  }
}

}  // namespace

std::string words(std::uint64_t seed, std::size_t bytes) {
  std::minstd_rand random{static_cast<std::minstd_rand::result_type>(seed + 1)};
  std::string text;
  text.reserve(bytes + 16);
  while (text.size() < bytes) text.append(kWords.at(random() % kWords.size())).append(" ");
  return text;
}

std::string numbered_id(std::uint64_t number) {
  std::array<char, 40> id{};
  std::snprintf(id.data(), id.size(), "0190a000-0000-7000-8000-%012llx", static_cast<unsigned long long>(number));
  return id.data();
}

RecordedEvent SyntheticPrompts::event(std::uint64_t number) const {
  const std::uint64_t prompt = number / kEventsPerPrompt, step = number % kEventsPerPrompt;
  const auto happened = what(prompt, step);
  auto encoded = prompt::encode(happened);
  RecordedEvent event;
  event.type = std::move(encoded.type);
  event.data = std::move(encoded.data);
  event.stream = {"prompt", numbered_id(prompt)};
  event.sequence = step + 1;
  event.tags = prompt::tags_of(happened);
  event.meta.event_id = "0190b000-0000-7000-8000" + numbered_id(number).substr(23);
  event.meta.workspace = numbered_id(prompt % static_cast<std::uint64_t>(workspaces_));
  event.meta.actor = "api-key/" + numbered_id(1);
  event.meta.correlation_id = "request-" + std::to_string(number);
  event.meta.occurred_at = Timestamp{std::chrono::microseconds{1'700'000'000'000'000 + static_cast<std::int64_t>(number) * 1'000}};
  event.partition_key = workspace_partition_key(event.meta.workspace);
  // As long as the keyed hashes of an idempotency key and a body are.
  event.command_id = "key-" + std::to_string(number) + std::string(34, '-');
  event.command_digest = std::string(43, 'd');
  return event;
}

}  // namespace ledger::bench
