#include "app/bench.hpp"

#include <algorithm>
#include <fstream>
#include <iomanip>
#include <ostream>
#include <stdexcept>

#include "bench/load/bare_handler.hpp"
#include "bench/load/batches.hpp"
#include "bench/load/scenarios.hpp"

namespace ledger::app {
namespace {

using bench::Load;
using bench::Measured;
using bench::NextRequest;
using bench::Target;

std::string read_key(const std::string& path) {
  std::ifstream in{path};
  std::string key;
  if (!(in >> key)) throw std::runtime_error{"no key can be read from " + path + "; --key-file names a file that holds one"};
  return key;
}

// Prints one line per measurement, and remembers whether all of them were sound.
class Report {
 public:
  explicit Report(std::ostream& out) : out_{out} {
    out_ << std::left << std::setw(28) << "" << std::right << std::setw(8) << "clients" << std::setw(12) << "calls/s" << std::setw(10) << "p50 ms" << std::setw(10)
         << "p99 ms" << std::setw(10) << "max ms" << std::setw(9) << "refused" << std::setw(8) << "broken" << std::endl;
  }

  void line(const std::string& what, const Load& load, Measured& measured) {
    const auto ms = [&](double share) { return static_cast<double>(measured.latencies.percentile(share).count()) / 1000; };
    out_ << std::left << std::setw(28) << what << std::right << std::fixed << std::setw(8) << load.clients << std::setprecision(0) << std::setw(12)
         << measured.per_second() << std::setprecision(2) << std::setw(10) << ms(0.5) << std::setw(10) << ms(0.99) << std::setw(10) << ms(1) << std::setw(9)
         << measured.refused << std::setw(8) << measured.broken << std::endl;
    if (measured.refused > 0) out_ << "  refused, for example: " << measured.a_refused_status << ' ' << measured.a_refused_body << std::endl;
    sound_ = sound_ && measured.latencies.count() > 0 && measured.refused == 0 && measured.broken == 0;
  }

  void line(const bench::BatchLoad& load, const bench::MeasuredBatches& measured) {
    out_ << "executions in batches of " << load.lines << ", " << load.clients << " at a time: " << std::fixed << std::setprecision(0) << measured.per_second() << "/s ("
         << measured.recorded << " in " << std::setprecision(1) << measured.seconds << " s)" << std::endl;
    if (measured.others > 0) out_ << "  " << measured.others << " were not recorded, for example: " << measured.an_other << std::endl;
    sound_ = sound_ && measured.recorded > 0 && measured.others == 0;
  }

  bool sound() const { return sound_; }

 private:
  std::ostream& out_;
  bool sound_ = true;
};

Measured measure(Report& report, const std::string& what, const Target& target, const Load& load, const NextRequest& next, const Signals& signals) {
  if (signals.stop_requested()) throw std::runtime_error{"stopped before it was done"};
  Measured measured = run_load(target, load, next, signals.token());
  report.line(what, load, measured);
  return measured;
}

void measure_writing(Report& report, const Target& target, Load load, const Signals& signals) {
  const int clients = load.clients;
  load.clients = 1;
  measure(report, "create a prompt", target, load, creating_prompts(target, bench::fresh_run_name()), signals);
  if (clients == 1) return;
  load.clients = clients;
  measure(report, "create a prompt", target, load, creating_prompts(target, bench::fresh_run_name()), signals);
}

void measure_reading(Report& report, const Target& target, const Load& load, const Signals& signals, std::ostream& out) {
  const auto reading = reading_by_name(target, bench::fresh_run_name(), load);
  const Measured ours = measure(report, "prompt by name and label", target, load, reading.next, signals);
  const bench::BareHandler bare{reading.answer, load.clients};
  const Target bare_target{.host = "127.0.0.1", .port = bare.port(), .key = target.key};
  const Measured theirs = measure(report, "bare POCO, the same answer", bare_target, load, reading.next, signals);
  out << "by name / bare: " << std::fixed << std::setprecision(0) << 100 * ours.per_second() / std::max(theirs.per_second(), 1.0) << " %" << std::endl;
}

void measure_batches(Report& report, const Target& target, const Load& load, const bench::BatchLoad& batches, const Signals& signals) {
  if (signals.stop_requested()) throw std::runtime_error{"stopped before it was done"};
  bench::BatchLoad timed = batches;
  timed.measured_ms = load.measured_ms;
  report.line(timed, run_batches(target, timed, bench::fresh_run_name(), signals.token()));
}

ExitStatus run(const Invocation& call) {
  const auto& given = call.arguments;
  const Target target = Target::parse(given.text("url"), read_key(given.text("key-file")));
  const Load load{.clients = static_cast<int>(given.number("clients")),
                  .warm_up_ms = std::chrono::seconds{given.number("warm-up-s")},
                  .measured_ms = std::chrono::seconds{given.number("seconds")},
                  .answer_timeout_ms = std::chrono::milliseconds{given.number("answer-timeout-ms")}};
  const std::string& what = given.text("what");
  Report report{call.out};
  const bench::BatchLoad batches{.clients = static_cast<int>(given.number("batches")), .lines = static_cast<std::size_t>(given.number("batch-lines"))};
  if (what == "all" || what == "write") measure_writing(report, target, load, call.signals);
  if (what == "all" || what == "batch") measure_batches(report, target, load, batches, call.signals);
  if (what == "all" || what == "read") measure_reading(report, target, load, call.signals, call.out);
  return report.sound() ? ExitStatus::done : ExitStatus::failed;
}

}  // namespace

Subcommand bench() {
  using enum Argument::Kind;
  return {.name = "bench",
          .summary = "measure a running ledger over HTTP, beside a bare POCO server",
          .settings = {config::Section::log},
          .arguments = {{.kind = option, .name = "url", .value_name = "URL", .help = "where the ledger serves", .usual = "http://127.0.0.1:5110"},
                        {.kind = option, .name = "key-file", .value_name = "FILE", .help = "a file with an API key that may write", .usual = ".promptledger/admin-key"},
                        {.kind = option, .name = "clients", .value_name = "N", .help = "connections of the measurements with many", .usual = "64", .range = Argument::Range{1, 4'096}},
                        {.kind = option, .name = "seconds", .value_name = "S", .help = "of each measurement", .usual = "5", .range = Argument::Range{1, 3'600}},
                        {.kind = option, .name = "warm-up-s", .value_name = "S", .help = "before each, not counted", .usual = "1", .range = Argument::Range{0, 60}},
                        {.kind = option, .name = "answer-timeout-ms", .value_name = "MS", .help = "after which a call counts as broken", .usual = "10000", .range = Argument::Range{1, 600'000}},
                        {.kind = option, .name = "batches", .value_name = "N", .help = "batches at a time", .usual = "2", .range = Argument::Range{1, 64}},
                        {.kind = option, .name = "batch-lines", .value_name = "N", .help = "executions of a batch", .usual = "10000", .range = Argument::Range{1, 50'000}},
                        {.kind = option, .name = "what", .value_name = "all|write|batch|read", .help = "what to measure", .usual = "all", .choices = {"all", "write", "batch", "read"}}},
          .run = run};
}

}  // namespace ledger::app
