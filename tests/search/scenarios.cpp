#include "tests/search/scenario.hpp"

#include <random>

namespace ledger::search {

using std::chrono::milliseconds;

WriterSettings Scenario::unit_settings() {
  WriterSettings settings;
  settings.doubt_after_ms = kUnit;
  settings.resend_first_ms = kUnit;
  settings.resend_max_ms = kUnit;
  settings.answer_barrier_every_ms = milliseconds(0);
  settings.head_check_every_ms = std::chrono::hours(10'000);   // never: its occasions are what is searched
  settings.end_patience_ms = kUnit;
  settings.release_patience_ms = kUnit;
  settings.take_over_patience_ms = kUnit;
  settings.take_over_every_ms = kUnit;
  return settings;
}

Budgets Scenario::budgets() const {
  Budgets all{};
  for (const auto& [budget, times] : bounds) all[static_cast<std::size_t>(budget)] = static_cast<std::uint8_t>(times);
  return all;
}

std::vector<Scenario> scenarios() {
  using Kind = Plan::Kind;
  using Key = Plan::Key;
  std::vector<Scenario> all;
  const auto add = [&](Scenario scenario) { all.push_back(std::move(scenario)); };
  // With `word` in effect before, `add` is refused and `remove` is not, until one of them has come about.
  const Plan keyed{.kind = Kind::add, .word = "a", .attempts = 2};
  const Plan plain{.kind = Kind::add, .word = "b", .key = Key::server};
  const Plan refused{.kind = Kind::add, .word = "a", .attempts = 2};
  const Plan removal{.kind = Kind::remove, .word = "a", .key = Key::server};

  add({.name = "copies",
       .about = "a command with a key is sent to two writers; records come twice, and time passes",
       .commands = {keyed},
       .bounds = {{Budget::duplicates, 2}, {Budget::ticks, 1}}});
  add({.name = "losses",
       .about = "the same; records never come, and time passes until nobody waits",
       .commands = {keyed},
       .bounds = {{Budget::losses, 1}, {Budget::ticks, 2}}});
  add({.name = "race",
       .about = "two writers and two commands on one stream, one of them sent to both; a record comes twice",
       .commands = {keyed, plain},
       .bounds = {{Budget::duplicates, 1}}});
  add({.name = "refusal",
       .about = "a command with a key is refused here and tried again there, while another makes room for it",
       .before = {{.word = "a"}},
       .commands = {refused, removal}});
  add({.name = "refusal_once",
       .about = "commands without a key that are refused, or are so already, by writers that have slept",
       .before = {{.word = "a"}},
       .commands = {{.kind = Kind::ensure, .word = "a", .key = Key::server}, removal, {.kind = Kind::add, .word = "a", .key = Key::server}}});
  add({.name = "name",
       .about = "two streams claim one name",
       .commands = {{.kind = Kind::claim, .word = "n", .stream = "s", .attempts = 2}, {.kind = Kind::claim, .word = "n", .stream = "t", .key = Key::server}}});
  add({.name = "crash",
       .about = "a writer dies and starts again at the history's checkpoint, which has come on meanwhile",
       .commands = {keyed},
       .bounds = {{Budget::crashes, 1}, {Budget::history_reads, 2}, {Budget::duplicates, 1}},
       .restarts_at_beginning = false});
  add({.name = "restart",
       .about = "a writer dies and reads the log from its beginning",
       .commands = {{.word = "a"}, plain},
       .bounds = {{Budget::crashes, 1}},
       .restarts_at_checkpoint = false,
       .restarts_at_beginning = true});
  add({.name = "history",
       .about = "the history answers late, and what it tells is older than what a writer has cut from its tail",
       .commands = {keyed, plain},
       .bounds = {{Budget::history_reads, 2}, {Budget::history_tells, 1}},
       .slow_histories = 2});
  add({.name = "inquiry",
       .about = "somebody asks what became of a command, whose record may come twice",
       .commands = {keyed},
       .bounds = {{Budget::inquiries, 1}, {Budget::duplicates, 1}}});
  add({.name = "inquiry_late",
       .about = "somebody asks what became of a command without a key, of which nobody could tell",
       .commands = {{.word = "a", .key = Key::server}},
       .bounds = {{Budget::inquiries, 1}, {Budget::ticks, 3}}});
  add({.name = "reports",
       .about = "reports are late, or come as errors",
       .commands = {keyed},
       .bounds = {{Budget::late_reports, 1}, {Budget::failures, 1}, {Budget::ticks, 1}}});
  add({.name = "take_over",
       .about = "the partition is assigned, truly or not, while a command is sent to both",
       .commands = {keyed},
       .bounds = {{Budget::assumptions, 1}}});
  add({.name = "hand_over",
       .about = "the partition is assigned, wanted back and lost while a command is sent",
       .commands = {{.word = "a"}},
       .bounds = {{Budget::assumptions, 1}, {Budget::releases, 1}},
       .way_to_others = true});
  add({.name = "undone",
       .about = "what made a command impossible is undone while its first attempt still waits at a writer that sleeps",
       .commands = {{.word = "a", .attempts = 2, .in_turn = true}, {.word = "a", .key = Key::server, .node = 1}, {.kind = Kind::remove, .word = "a", .key = Key::server, .node = 1}},
       .alike = false,
       .slow_histories = 1,
       .batch = 2,
       .too_large = true});
  add({.name = "three",
       .about = "three writers, and a command that is sent to each",
       .nodes = 3,
       .commands = {{.word = "a", .attempts = 3}},
       .bounds = {{Budget::ticks, 1}}});
  add({.name = "cut",
       .about = "the log loses its end, and writers are told of it late; or they are told for no reason",
       .commands = {keyed},
       .bounds = {{Budget::cuts, 1}, {Budget::false_alarms, 1}},
       .slow_log = true});
  add({.name = "full",
       .about = "a sender takes nothing for a while, because it is full or broken",
       .commands = {keyed},
       .bounds = {{Budget::refusals, 1}, {Budget::ticks, 1}, {Budget::duplicates, 1}}});
  add({.name = "away",
       .about = "the history goes away, and comes back",
       .commands = {keyed},
       .bounds = {{Budget::absences, 1}, {Budget::ticks, 1}, {Budget::duplicates, 1}},
       .slow_histories = 2});
  add({.name = "cut_behind",
       .about = "the log loses void records behind a head, and grows again before their reader is told",
       .commands = {{.word = "a", .key = Key::server, .node = 0}, {.word = "b", .key = Key::server, .node = 1}},
       .bounds = {{Budget::cuts, 1}},
       .alike = false});
  add({.name = "cut_copy",
       .about = "the same, with a third command: a copy of the head may come to stand in its place, void",
       .commands = {{.word = "a", .key = Key::server, .node = 0}, {.word = "b", .key = Key::server, .node = 1}, {.word = "c", .key = Key::server, .node = 0}},
       .bounds = {{Budget::cuts, 1}},
       .alike = false,
       .too_large = true});
  add({.name = "cut_history",
       .about = "the log has lost what the history has read, and writers that have not read it ask the history",
       .lost = {{.word = "a"}, {.word = "b", .stream = "t"}},
       .commands = {{.word = "c", .attempts = 2}, {.word = "d", .key = Key::server}},
       .bounds = {{Budget::assumptions, 1}, {Budget::ticks, 2}}});
  add({.name = "batches",
       .about = "several things come in before a writer draws consequences",
       .commands = {{.word = "a"}, plain},
       .lazy = true,
       .batch = 2});
  return all;
}

Scenario walk_scenario(unsigned seed) {
  std::mt19937 random(seed);
  const auto below = [&](unsigned bound) { return static_cast<int>(random() % bound); };
  const auto chance = [&](unsigned percent) { return random() % 100 < percent; };
  Scenario walk{.name = "walk " + std::to_string(seed), .about = "far past what can be searched"};
  walk.nodes = 1 + below(3) + (chance(50) ? 1 : 0);
  walk.alike = false;
  const bool narrow = chance(50);        // one word, so that answers can contradict
  if (chance(50)) walk.before = {{.word = "a"}};
  for (int n = 4 + below(12); n > 0; --n) {
    Plan plan{.kind = static_cast<Plan::Kind>(below(4)), .word = narrow || chance(50) ? "a" : "b", .stream = narrow || chance(50) ? "s" : "t"};
    // A name is claimed for good, and so it is one that nobody adds or removes.
    if (plan.kind == Plan::Kind::claim) plan.word = "n";
    plan.key = chance(70) ? Plan::Key::client : chance(70) ? Plan::Key::server : Plan::Key::server_once;
    plan.attempts = plan.key == Plan::Key::client ? 1 + below(4) : 1;
    walk.commands.push_back(plan);
  }
  const int much = 3 + below(20);
  for (int budget = 0; budget < static_cast<int>(Budget::count_); ++budget) walk.bounds.emplace_back(static_cast<Budget>(budget), below(static_cast<unsigned>(much)));
  if (chance(70)) walk.bounds.emplace_back(Budget::cuts, 0);   // after one, most is not asked for any more
  walk.slow_histories = below(4);
  walk.slow_log = chance(50);
  walk.way_to_others = chance(50);
  walk.lazy = chance(30);
  walk.batch = 1 + below(4);
  walk.decide_units = 1 + below(3);
  walk.answer_units = walk.decide_units + below(3);
  walk.settings.flights_max = static_cast<std::size_t>(1 + below(6));
  if (chance(20)) walk.settings.tail_max_bytes = 5'000;
  if (chance(20)) walk.settings.cache_max_bytes = 5'000;
  return walk;
}

}  // namespace ledger::search
