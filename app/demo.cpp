#include "app/demo.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iomanip>
#include <ostream>
#include <stdexcept>

#include "app/bootstrap.hpp"
#include "app/demo/plan.hpp"
#include "app/demo/random.hpp"
#include "app/demo/rhythm.hpp"
#include "app/demo/sample.hpp"
#include "app/demo/teller.hpp"
#include "app/demo/truth.hpp"
#include "app/history_import/file.hpp"
#include "app/progress.hpp"
#include "app/projecting.hpp"
#include "app/stack.hpp"
#include "app/wiring.hpp"
#include "infra/logging/log.hpp"
#include "infra/postgres/migrations.hpp"
#include "projections/positions.hpp"

namespace ledger::app {
namespace {

using namespace ledger::demo;

constexpr std::chrono::seconds kVisibleWithin{120};
constexpr std::size_t kLongestText = 3'000;        // so that versions can be told apart by eye
constexpr std::size_t kLongestName = 60;
constexpr std::string_view kNewYear = "2026-01-01T00:00:00Z";   // behind the last change of the collection
constexpr std::uint64_t kJudgements = 6;           // of each version

class Stopwatch {
 public:
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count(); }

 private:
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

// What the collection's prompts are in the year, and their texts, in its order.
std::pair<Year, std::vector<std::string>> plan(const HistoryImporter& importer, const Invocation& call) {
  std::map<std::string, std::string> texts;
  std::vector<NamedPrompt> prompts;
  for (auto& prompt : importer.alive()) {
    if (prompt.text.size() > kLongestText || prompt.name.size() > kLongestName) continue;
    texts.emplace(prompt.id, std::move(prompt.text));
    prompts.push_back({std::move(prompt.name), std::move(prompt.id)});
  }
  if (prompts.empty()) throw std::runtime_error("the history leaves no prompt that a demo could be about");
  const auto seed = static_cast<std::uint64_t>(call.arguments.number("seed"));
  auto year = plan_year(seed, *parse_rfc3339(kNewYear), static_cast<int>(call.arguments.number("days")), std::move(prompts));
  std::vector<std::string> in_order;
  for (const auto& prompt : year.prompts) in_order.push_back(texts.at(prompt.id));
  return {std::move(year), std::move(in_order)};
}

void tell_scores(const Year& year, Teller& teller, Truth& truth) {
  for (std::size_t n = 0; n < year.prompts.size(); ++n) {
    for (std::size_t version = 0; version < kVersions; ++version) {
      Random random(year.seed, "scores of " + year.prompts[n].name, version);
      for (std::uint64_t number = 0; number < kJudgements; ++number) {
        judge_score::Scores scores;
        for (const char* dimension : {"clarity", "specificity"}) {
          const double score = std::clamp(10 * year.prompts[n].versions[version].quality + 0.7 * random.normal(), 0.0, 10.0);
          scores[dimension] = Score{static_cast<std::int64_t>(std::round(score * 10)) * 100'000};
        }
        teller.tell_scores(n, version, number, number % 2 == 0 ? "gemini-2.5-pro" : "claude-haiku-4-5", scores);
        truth.add(n, version, scores);
      }
    }
  }
}

// False when it was told to stop.
bool tell_executions(const Year& year, std::uint64_t count, Teller& teller, Truth& truth, const Signals& signals) {
  const Rhythm rhythm(year.from, year.days);
  Progress progress(count);
  for (std::uint64_t n = 0; n < count; ++n) {
    if (signals.stop_requested()) return false;
    auto sample = make_sample(year, rhythm, n, count);
    truth.add(sample);
    teller.tell(std::move(sample));
    progress.show(n, n, "executions");
  }
  return true;
}

void write(const std::string& where, const std::string& truth, std::ostream& out) {
  if (where == "-") {
    out << truth;
    return;
  }
  std::ofstream file(where, std::ios::binary | std::ios::trunc);
  if (!(file << truth << std::flush)) throw std::runtime_error("the truth cannot be written to " + where);
  out << "the truth that it was made from is in " << where << '\n';
}

void tell(std::ostream& out, const Tellings& told, double seconds) {
  std::uint64_t all = 0;
  for (const auto& [kind, count] : told.kinds) {
    out << kind << ": " << count.made << " made, " << count.known << " known from an earlier run\n";
    all += count.made + count.known;
  }
  out << all << " commands in " << std::fixed << std::setprecision(2) << seconds << " s (" << std::setprecision(0) << static_cast<double>(all) / seconds << " commands/s)\n";
}

bool await_visible(pg::Pool& pool, const std::vector<log::Position>& reached) {
  const auto until = std::chrono::steady_clock::now() + kVisibleWithin;
  return std::ranges::all_of(std::array{"prompt_catalog", "executions", "feedback"}, [&](const char* model) { return projections::ModelPositions(pool, model).wait_until(reached, until).empty(); });
}

ExitStatus run(const Invocation& call) {
  const Node node = passing_node("demo");
  WriteStack stack(call.settings, "demo", node);
  prepare_servers(call.settings, stack.log());
  Projecting projecting(call.settings, node, stack.reads());
  stack.start();

  const auto secret = stack.pool().read([](pg::Connection& connection) { return pg::secret(connection, "idempotency"); });
  ImportSettings import_settings;
  import_settings.workspace = home_workspace(stack.commands(), secret);
  import_settings.key_secret = secret;
  HistoryImporter importer(stack.commands(), import_settings);
  const Stopwatch importing;
  const auto imported = import_file(importer, call.arguments.text("file"), call.signals);
  tell(call.out, imported, importing.seconds());
  if (!imported.failed.empty() || call.signals.stop_requested()) return ExitStatus::failed;

  const Stopwatch telling;
  const auto [year, texts] = plan(importer, call);
  Teller teller(stack.commands(), {.workspace = import_settings.workspace, .key_secret = secret}, year);
  Truth truth(year);
  teller.tell_versions(texts);
  tell_scores(year, teller, truth);
  const bool whole = tell_executions(year, static_cast<std::uint64_t>(call.arguments.number("executions")), teller, truth, call.signals);
  const auto told = teller.finish();
  tell(call.out, told, telling.seconds());
  stack.stop();
  if (!whole) return ExitStatus::failed;
  write(call.arguments.text("truth"), truth.json(teller.numbers()), call.out);

  std::vector<log::Position> reached;
  for (const auto& [partition, height] : told.reached) reached.push_back({partition, height});
  if (!await_visible(stack.pool(), reached)) logging::warn("everything is stored, but the read models have not caught up yet");
  projecting.stop();
  return ExitStatus::done;
}

}  // namespace

Subcommand demo() {
  using config::Section;
  using Range = Argument::Range;
  return {.name = "demo",
          .summary = "Fill the ledger with a year as it could have been: a real history of prompts, and made-up executions, feedback and scores of which the truth is told",
          .settings = {Section::kafka, Section::postgres, Section::node, Section::commands, Section::projections, Section::log},
          .arguments = {{.kind = Argument::Kind::positional, .name = "file", .value_name = "FILE", .help = "the history of the prompts, as `import history` reads it"},
                        {.name = "executions", .value_name = "N", .help = "how many executions; other numbers make other ones", .usual = "200000", .range = Range{1, 100'000'000}},
                        {.name = "seed", .value_name = "N", .help = "what everything follows from: the same again adds nothing", .usual = "1", .range = Range{0, 1'000'000'000}},
                        {.name = "days", .value_name = "N", .help = "from New Year 2026 on", .usual = "330", .range = Range{7, 3'650}},
                        {.name = "truth", .value_name = "FILE", .help = "where to write what it was made from, as JSON; - is standard output", .usual = "-"}},
          .run = run};
}

}  // namespace ledger::app
