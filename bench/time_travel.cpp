// How long the past of a long stream takes, with snapshots and without, and how fast events are folded:
//   bench/run time_travel [events of the stream, default 10000] [questions, default 2000]
// The log is in memory, so the broker's speed is not in it. Works in a database of its own, which it drops.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <stdexcept>
#include <vector>

#include "bench/fill/synthetic_prompts.hpp"
#include "domain/prompt/codec.hpp"
#include "domain/prompt/state.hpp"
#include "http/app.hpp"
#include "http/past/read_prompt.hpp"
#include "infra/postgres/pool.hpp"
#include "projections/history/queries.hpp"
#include "projections/rebuild.hpp"
#include "projections/registry.hpp"
#include "tests/projections/chain.hpp"
#include "tests/support/postgres.hpp"

namespace {

using namespace ledger;
using Steady = std::chrono::steady_clock;

constexpr std::uint64_t kOthers = 20'000;  // events of other prompts, so that the stream is not all there is
constexpr double kAsOfAimMs = 20, kEvolveAim = 300'000;
const std::string kWorkspace = "w1";
const std::string kPrompt = bench::numbered_id(1'000'000);

double seconds_since(Steady::time_point begin) { return std::chrono::duration<double>(Steady::now() - begin).count(); }

// Of ten changes seven are versions, one moves a label, two change the title.
prompt::Event change(std::uint64_t sequence, prompt::VersionNumber& versions) {
  prompt::NewVersion added;
  added.number = versions + 1;
  added.content = std::make_shared<const prompt::Content>(prompt::Content{.body = prompt::Text{bench::words(sequence, 600)}, .variables = {}});
  added.change_log = "change " + std::to_string(sequence);
  if (sequence == 1) {
    prompt::Created created;
    created.beginning.name = {"bench", "long"};
    created.beginning.version = added;
    ++versions;
    return created;
  }
  if (sequence % 10 == 3) return prompt::LabelMoved{"production", std::nullopt, versions};
  if (sequence % 5 == 4) {
    prompt::Changed changed;
    changed.title = "title " + std::to_string(sequence);
    return changed;
  }
  ++versions;
  return prompt::VersionAdded{added};
}

std::vector<RecordedEvent> long_stream(std::uint64_t events) {
  std::vector<RecordedEvent> stream;
  prompt::VersionNumber versions = 0;
  for (std::uint64_t sequence = 1; sequence <= events; ++sequence) {
    auto event = test::note(kPrompt, sequence, "x", kWorkspace);
    const auto encoded = prompt::encode(change(sequence, versions));
    event.type = encoded.type;
    event.data = encoded.data;
    event.stream.kind = prompt::kStreamKind;
    stream.push_back(std::move(event));
  }
  return stream;
}

void measure_folding(const std::vector<RecordedEvent>& stream) {
  std::vector<prompt::Event> decoded;
  auto begin = Steady::now();
  for (const auto& event : stream) decoded.push_back(prompt::decode(event.type, event.data).value());
  const double decoding = seconds_since(begin);
  begin = Steady::now();
  prompt::State state;
  for (std::size_t n = 0; n < stream.size(); ++n) state = evolve(std::move(state), decoded[n], stream[n].meta);
  const double evolving = seconds_since(begin);
  const auto rate = [&](double seconds) { return static_cast<double>(stream.size()) / seconds; };
  std::printf("%-58s %9.0f events/s (aim %.0f)\n", "evolve, one core", rate(evolving), kEvolveAim);
  std::printf("%-58s %9.0f events/s\n", "decode and evolve", rate(decoding + evolving));
}

void measure_asking(const char* what, const http::App& app, std::uint64_t events, int questions) {
  std::mt19937_64 random{7};
  std::vector<double> ms;
  const auto first = app.history->stream(kWorkspace, {std::string{prompt::kStreamKind}, kPrompt}, {.from_version = 1, .to_version = 1, .recorded_until = {}}).at(0).event.meta.recorded_at;
  const auto last = app.history->stream(kWorkspace, {std::string{prompt::kStreamKind}, kPrompt}, {.from_version = events, .to_version = events, .recorded_until = {}}).at(0).event.meta.recorded_at;
  for (int n = 0; n < questions; ++n) {
    const auto at = first + std::chrono::microseconds{static_cast<std::int64_t>(random() % static_cast<std::uint64_t>((last - first).count() + 1))};
    const auto begin = Steady::now();
    const auto then = http::prompt_at(app, kWorkspace, kPrompt, {.as_of = at}, {});
    ms.push_back(seconds_since(begin) * 1e3);
    if (!then || !then->state.versions.back()->content) throw std::runtime_error{"no answer"};
  }
  std::ranges::sort(ms);
  std::printf("%-58s p50 %.2f ms, p99 %.2f ms (aim p99 < %.0f ms)\n", what, ms[ms.size() / 2], ms[ms.size() * 99 / 100], kAsOfAimMs);
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t events = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 10'000;
  const int questions = argc > 2 ? std::atoi(argv[2]) : 2'000;
  const auto stream = long_stream(events);
  measure_folding(stream);

  test::Database database;
  test::Chain chain{1};
  const bench::SyntheticPrompts others{4};
  std::uint64_t other = 0;
  for (const auto& event : stream) {
    chain.append(event);
    while (other * events < event.sequence * kOthers) chain.append(others.event(other++));
  }
  for (const char* name : {"history", "snapshots"}) {
    const auto report = projections::rebuild({.log = chain.log, .connection = database.settings()}, *projections::find(name));
    std::printf("%-58s %9.0f records/s\n", (std::string{"rebuild "} + name).c_str(), static_cast<double>(report.records) / report.build_seconds);
  }
  pg::Pool pool{{.connection = database.settings()}};
  projections::HistoryQueries history{pool};
  http::App app;
  app.history = &history;
  pg::Connection connection{database.settings()};
  connection.script("ANALYZE");
  measure_asking("a prompt as of some time, from snapshots", app, events, questions);
  connection.script("DELETE FROM snapshots.snapshot");
  measure_asking("the same without them", app, events, std::max(1, questions / 20));
}
