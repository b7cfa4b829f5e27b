// How long a page of the audit trail takes, by each filter and at any depth, beside reading the same events by their places in the log:
//   bench/run audit [events, 5000000]
// A hundred thousand events are applied by the models' own code, to tables without indexes: executions of a year, every fifth a move of a label of one of a thousand prompts, with
// a reason. The others are these again, later and with requests and tickets of their own, made by PostgreSQL. Of the history only the primary key is made: nothing else is asked for.
// At last some more events are applied, to the tables with their indexes.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <random>
#include <string>
#include <vector>

#include "bench/fill/synthetic_executions.hpp"
#include "log/link.hpp"
#include "projections/audit/audit.hpp"
#include "projections/audit/queries.hpp"
#include "projections/history/history.hpp"
#include "projections/model.hpp"
#include "tests/support/postgres.hpp"

namespace {

using namespace ledger;
using projections::AuditFilter;
using projections::AuditPlace;
using Steady = std::chrono::steady_clock;

constexpr std::uint64_t kBatch = 2'000;
constexpr std::uint64_t kApplied = 100'000;
constexpr std::uint64_t kLater = 20'000;
constexpr int kAsked = 200;
constexpr int kPage = 50;
constexpr std::int32_t kPartitions = 8;
constexpr std::chrono::minutes kPatience{60};

double seconds_since(Steady::time_point begin) { return std::chrono::duration<double>(Steady::now() - begin).count(); }

// The events, one after the other, linked in partitions.
class Events {
 public:
  explicit Events(std::uint64_t count) : executions_{count}, heads_(2 * kPartitions) {}

  projections::Applied next() {
    const auto n = next_++;
    const bool is_prompt = n % 5 == 0;
    RecordedEvent event = is_prompt ? label_move(n) : executions_.event(n);
    event.meta.actor = "api-key/" + std::to_string(is_prompt ? n % 200 : n % 7);
    event.meta.correlation_id = "request-" + std::to_string(n / 3);
    const auto number = static_cast<std::int32_t>(n % kPartitions);
    const log::PartitionId partition{is_prompt ? "promptledger.log.prompts" : "promptledger.log.executions", number};
    auto& head = heads_[static_cast<std::size_t>(number + (is_prompt ? kPartitions : 0))];
    auto sealed = seal(event);
    log::Record record{event.partition_key, std::move(sealed.headers), std::move(sealed.value)};
    head = log::link(record, head, "bench", 1'780'000'000'000'000 + static_cast<std::int64_t>(n) * 1'000);
    return projections::make_applied({partition, head.height}, static_cast<log::Offset>(head.height), head.recorded_us / 1'000, std::move(record), head);
  }

  static std::string prompt(std::uint64_t n) { return "0190aaaa-0000-7000-8000-" + std::to_string(100'000'000'000 + n % 1'000); }

 private:
  static RecordedEvent label_move(std::uint64_t n) {
    RecordedEvent event;
    event.type = "promptledger.prompt.label_moved.v1";
    event.stream = {"prompt", prompt(n / 5)};
    event.sequence = n / 5'000 + 1;
    event.meta.event_id = "event-" + std::to_string(n);
    event.meta.workspace = bench::SyntheticExecutions::workspace();
    event.meta.occurred_at = bench::SyntheticExecutions::begin() + std::chrono::seconds{n};
    event.meta.reason = reason(n);
    event.data = R"({"label":"production","from":1,"to":2})";
    event.partition_key = "ws/" + event.meta.workspace;
    return event;
  }
  // "release" in every reason, "even" and "odd" in turn, "hotfix" in one of a hundred, "unheard" in one of ten thousand, "legacy" in all that are copied into the first half, and a ticket of its own.
  static std::string reason(std::uint64_t n) {
    const auto move = n / 5;
    return "release " + std::to_string(move / 100) + (move % 2 == 0 ? " even" : " odd") + (move % 100 == 7 ? ", a hotfix" : "") + (move % 10'000 == 7 ? ", unheard of" : "") + " for legacy clients, ticket T" + std::to_string(move);
  }

  const bench::SyntheticExecutions executions_;
  std::vector<log::Head> heads_;
  std::uint64_t next_ = 0;
};

// The events that were applied once more, as many times as it takes: $1 is how many times, $2 how many events they are.
constexpr const char* kCopyHistory = R"sql(
  INSERT INTO event SELECT topic, partition, height + k * $2, log_offset + k * $2, append_time_ms, recorded_at + k * $2 * interval '1 millisecond', hash, prevhash, key, headers, value, event_id, stream, sequence, type, workspace,
    actor, correlation_id, command_id, command_digest, occurred_at, tags FROM event, generate_series(1, $1) k)sql";
constexpr const char* kCopyEntries = R"sql(
  INSERT INTO entry SELECT topic, partition, height + k * $2, workspace, recorded_at + k * $2 * interval '1 millisecond', occurred_at + k * $2 * interval '1 second', actor, kind,
    CASE kind WHEN 'prompt' THEN stream ELSE stream || k END, type, prompt, correlation_id || 'x' || k
  FROM entry, generate_series(1, $1) k)sql";
// Before the entries: their reasons are in the history.
constexpr const char* kCopyWords = R"sql(
  INSERT INTO reason_word SELECT word, e.recorded_at + k * $2 * interval '1 millisecond', e.occurred_at + k * $2 * interval '1 second', height + k * $2, partition, topic
  FROM entry e JOIN history.event h USING (topic, partition, height), generate_series(1, $1) k, LATERAL (SELECT convert_from(h.value, 'UTF8')::json ->> 'reason' AS reason) said,
    words_of(e.workspace, replace(CASE WHEN k <= $1 / 2 THEN reason ELSE replace(reason, ' for legacy clients', '') END, 'ticket T', 'ticket T' || k || 'x')) AS word)sql";

struct Filled {
  const projections::Projection& model;
  std::vector<const char*> copies;
  const char* indexes;
};

// Applies so many events more, in batches. Gives events/s, without what it takes to make them.
double apply(pg::Connection& connection, const projections::Projection& model, Events& events, std::uint64_t count) {
  double applying = 0;
  for (std::uint64_t done = 0; done < count; done += kBatch) {
    std::vector<projections::Applied> batch;
    for (std::uint64_t n = done; n < std::min(done + kBatch, count); ++n) batch.push_back(events.next());
    const auto begin = Steady::now();
    pg::Transaction transaction{connection};
    (void)model.apply(connection, batch);
    transaction.commit();
    applying += seconds_since(begin);
  }
  return static_cast<double>(count) / applying;
}

void fill(const test::Database& database, const Filled& filled, std::uint64_t count) {
  auto settings = database.settings(std::string{filled.model.name()});
  settings.statement_timeout_ms = settings.idle_in_transaction_timeout_ms = kPatience;
  pg::Connection connection{settings};
  projections::create_model(connection, filled.model, std::string{filled.model.name()}, projections::Indexes::later);
  const auto first = std::min(kApplied, count);
  Events events{count};
  const double bare = apply(connection, filled.model, events, first);
  const auto copies = static_cast<std::int64_t>(count / first) - 1;
  for (const auto* copy : filled.copies) connection.query(copy, pg::Params{copies, static_cast<std::int64_t>(first)});
  const auto begin = Steady::now();
  connection.script(filled.indexes);
  const double indexing = seconds_since(begin);
  connection.script("VACUUM ANALYZE");
  const auto sizes = connection.query("SELECT sum(pg_total_relation_size(c.oid))::int8, sum(pg_table_size(c.oid))::int8 FROM pg_class c WHERE c.relnamespace = $1::text::regnamespace AND relkind = 'r'", pg::Params{filled.model.name()});
  const double indexed = apply(connection, filled.model, events, kLater);
  std::printf("%-8s applied at %.0f events/s without indexes; these made in %.0f s; on disk %.0f MB, and %.0f MB of indexes; applied at %.0f events/s with them\n", std::string{filled.model.name()}.c_str(), bare, indexing,
              static_cast<double>(sizes[0].number(1)) / 1e6, static_cast<double>(sizes[0].number(0) - sizes[0].number(1)) / 1e6, indexed);
  std::fflush(stdout);
}

struct Times {
  std::vector<double> ms;
  void add(Steady::time_point begin) { ms.push_back(seconds_since(begin) * 1e3); }
  std::string text() {
    std::ranges::sort(ms);
    char out[80];
    std::snprintf(out, sizeof out, "%7.2f %7.2f %7.2f", ms[ms.size() / 2], ms[ms.size() * 99 / 100], ms.back());
    return out;
  }
};

// Pages behind places that lie anywhere.
void ask(pg::Pool& pool, const std::string& what, const AuditFilter& filter, std::uint64_t count) {
  projections::AuditQueries audit{pool};
  projections::HistoryQueries history{pool};
  const auto workspace = bench::SyntheticExecutions::workspace();
  std::mt19937_64 random{7};
  Times whole, listing, bare;
  std::size_t entries = 0;
  for (int i = 0; i < kAsked; ++i) {
    const auto n = static_cast<std::int64_t>(random() % count);
    const auto at = filter.clock == projections::Clock::recorded ? Timestamp{std::chrono::microseconds{1'780'000'000'000'000 + n * 1'000}} : bench::SyntheticExecutions::begin() + std::chrono::seconds{n};
    const AuditPlace place{at, {{"promptledger.log.prompts", 0}, 0}};
    const auto begin = Steady::now();
    const auto page = audit.list(workspace, filter, i % 2 == 0 ? projections::TimeOrder::newest_first : projections::TimeOrder::oldest_first, place, kPage);
    listing.add(begin);
    std::vector<log::Position> positions;
    for (const auto& entry : page.entries) positions.push_back(entry.place.position);
    const auto events = history.at(workspace, positions);
    whole.add(begin);
    entries += events.size();
    const auto again = Steady::now();
    (void)history.at(workspace, positions);
    bare.add(again);
  }
  std::printf("%-52s %5.1f  %s  %s  %s\n", what.c_str(), static_cast<double>(entries) / kAsked, whole.text().c_str(), listing.text().c_str(), bare.text().c_str());
  std::fflush(stdout);
}

void measure(std::uint64_t count) {
  const test::Database database;
  const projections::HistoryProjection history;
  const projections::AuditProjection audit;
  fill(database, {history, {kCopyHistory}, "ALTER TABLE event ADD PRIMARY KEY (topic, partition, height)"}, count);
  const std::string indexes{audit.indexes_sql()};
  fill(database, {audit, {kCopyWords, kCopyEntries}, indexes.c_str()}, count);
  pg::Pool pool{{.connection = database.settings(), .size = 1}};
  std::printf("%d pages of %d behind places anywhere, half newest first, half oldest first; ms: p50, p99, greatest\n", kAsked, kPage);
  std::printf("%-52s %5s  %23s  %23s  %23s\n", "filter", "found", "whole page", "its places alone", "its events by place");
  const auto prompt = Events::prompt(7);
  ask(pool, "none", {}, count);
  ask(pool, "none, by times of occurrence", {.clock = projections::Clock::occurred}, count);
  ask(pool, "actor of 1 in 9 events", {.actor = "api-key/3"}, count);
  ask(pool, "actor of 1 in 1,000 events", {.actor = "api-key/105"}, count);
  ask(pool, "kind", {.kind = "prompt"}, count);
  ask(pool, "type", {.type = "promptledger.prompt.label_moved.v1"}, count);
  ask(pool, "prompt", {.prompt = prompt}, count);
  ask(pool, "stream", {.stream = "prompt/" + prompt}, count);
  ask(pool, "correlation", {.correlation = "request-700x3"}, count);
  ask(pool, "actor and kind, of 1 in 1,000 events", {.actor = "api-key/105", .kind = "prompt"}, count);
  ask(pool, "kind, by times of occurrence", {.kind = "prompt", .clock = projections::Clock::occurred}, count);
  ask(pool, "a word of every reason", {.words = "release"}, count);
  ask(pool, "a word of 1 in 100 reasons", {.words = "hotfix"}, count);
  ask(pool, "a word of 1 in 10,000 reasons", {.words = "unheard"}, count);
  ask(pool, "a word of one reason", {.words = "T7x4711"}, count);
  ask(pool, "a word of all reasons of the first half", {.words = "legacy"}, count);
  ask(pool, "a word of all reasons of the first half, occurred", {.words = "legacy", .clock = projections::Clock::occurred}, count);
  ask(pool, "two words, of 1 in 10,000 reasons", {.words = "release unheard"}, count);
  ask(pool, "two words of half of the reasons, never together", {.words = "even odd"}, count);
  ask(pool, "a prompt and a word", {.prompt = prompt, .words = "release"}, count);
  ask(pool, "an actor of 1 in 1,000 events and a word of all", {.actor = "api-key/105", .words = "release"}, count);
  ask(pool, "the same, by times of occurrence", {.actor = "api-key/105", .words = "release", .clock = projections::Clock::occurred}, count);
  ask(pool, "a kind and a word of 1 in 100 reasons", {.kind = "prompt", .words = "hotfix"}, count);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    measure(argc > 1 ? std::stoull(argv[1]) : 5'000'000);
  } catch (const std::exception& fault) {
    std::fprintf(stderr, "bench_audit: %s\n", fault.what());
    return 1;
  }
}
