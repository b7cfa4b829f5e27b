#include "app/import.hpp"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <optional>
#include <stdexcept>

#include "app/bootstrap.hpp"
#include "app/history_import/importer.hpp"
#include "app/projecting.hpp"
#include "app/stack.hpp"
#include "app/wiring.hpp"
#include "infra/logging/log.hpp"
#include "infra/postgres/migrations.hpp"
#include "projections/positions.hpp"

namespace ledger::app {
namespace {

constexpr std::chrono::seconds kVisibleWithin{60};
constexpr std::chrono::milliseconds kRedrawEvery{100};

// A bar on the terminal; nothing when there is none.
class Progress {
 public:
  explicit Progress(std::uintmax_t total_bytes) : total_bytes_(total_bytes), on_terminal_(isatty(STDERR_FILENO) == 1) {}
  ~Progress() {
    if (on_terminal_) std::cerr << "\r\033[K" << std::flush;
  }

  void show(std::uintmax_t done_bytes, std::uint64_t rows) {
    const auto now = std::chrono::steady_clock::now();
    if (!on_terminal_ || now < drawn_ + kRedrawEvery) return;
    drawn_ = now;
    constexpr int kWidth = 40;
    const int filled = total_bytes_ == 0 ? 0 : static_cast<int>(done_bytes * kWidth / total_bytes_);
    std::cerr << "\r[" << std::string(static_cast<std::size_t>(filled), '#') << std::string(static_cast<std::size_t>(kWidth - filled), ' ') << "] " << rows << " rows"
              << std::flush;
  }

 private:
  std::uintmax_t total_bytes_;
  bool on_terminal_;
  std::chrono::steady_clock::time_point drawn_{};
};

ImportReport read_file(HistoryImporter& importer, const std::string& path, const Signals& signals) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("the file " + path + " cannot be read");
  Progress progress(std::filesystem::file_size(path));
  std::string line;
  std::uintmax_t bytes = 0;
  for (std::uint64_t number = 1; std::getline(file, line) && !signals.stop_requested(); ++number) {
    bytes += line.size() + 1;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    importer.line(number, line);
    progress.show(bytes, number);
  }
  return importer.finish();
}

void tell(std::ostream& out, const ImportReport& report, double seconds) {
  for (const auto& row : report.refused) out << "line " << row.line << " refused: " << row.why << '\n';
  for (const auto& row : report.failed) out << "line " << row.line << " failed: " << row.why << '\n';
  out << report.rows << " rows: " << report.applied << " applied, " << report.known << " known from an earlier import, " << report.unchanged << " unchanged, "
      << report.refused.size() << " refused, " << report.failed.size() << " failed, in " << std::fixed << std::setprecision(2) << seconds << " s ("
      << std::setprecision(0) << static_cast<double>(report.rows) / seconds << " rows/s)\n";
}

ExitStatus run(const Invocation& call) {
  const std::string path = call.arguments.text("file");
  const Node node = passing_node("import");
  WriteStack stack(call.settings, "import", node);
  prepare_servers(call.settings, stack.log());
  // The read models must follow while we write, whether a server runs beside us or not.
  Projecting projecting(call.settings, node, stack.log());
  stack.start();

  const auto secret = stack.pool().read([](pg::Connection& connection) { return pg::secret(connection, "idempotency"); });
  ImportSettings settings;
  settings.workspace = home_workspace(stack.commands(), secret);
  settings.category = call.arguments.text("category");
  settings.key_secret = secret;
  HistoryImporter importer(stack.commands(), settings);

  const auto begun = std::chrono::steady_clock::now();
  const auto report = read_file(importer, path, call.signals);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  tell(call.out, report, seconds);
  stack.stop();

  projections::ModelPositions catalog(stack.pool(), "prompt_catalog");
  const bool visible = catalog.wait_until(report.reached, std::chrono::steady_clock::now() + kVisibleWithin).empty();
  if (!visible) logging::warn("everything is stored, but the read models have not caught up yet");
  projecting.stop();
  return report.failed.empty() && !call.signals.stop_requested() ? ExitStatus::done : ExitStatus::failed;
}

}  // namespace

Subcommand import() {
  using config::Section;
  return {.name = "import",
          .summary = "Bring a history of prompts in, with its own times and people; repeatable",
          .settings = {Section::kafka, Section::postgres, Section::node, Section::commands, Section::projections, Section::log},
          .arguments = {{.kind = Argument::Kind::positional,
                         .name = "source",
                         .value_name = "SOURCE",
                         .help = "history: one change of a prompt a line, as NDJSON (op, act, prompt, type, for_devs, at, by, revision)",
                         .choices = {"history"}},
                        {.kind = Argument::Kind::positional, .name = "file", .value_name = "FILE", .help = "the file to read"},
                        {.name = "category", .value_name = "NAME", .help = "category of the imported prompts", .usual = "imported"}},
          .run = run};
}

}  // namespace ledger::app
