#include "app/export.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

#include "app/dump/writer.hpp"
#include "app/stream_name.hpp"
#include "app/wiring.hpp"
#include "commands/restore/propose.hpp"
#include "domain/access/workspace.hpp"
#include "infra/logging/log.hpp"
#include "infra/postgres/pool.hpp"
#include "projections/access/queries.hpp"
#include "projections/history/snapshot.hpp"

namespace ledger::app {
namespace {

constexpr std::string_view kStream = "stream", kStandardOutput = "-";
// How long whoever reads the dump from a pipe may pause.
constexpr std::chrono::minutes kReaderPauses{10};

std::string workspace_named(projections::AccessQueries& access, const std::string& name) {
  if (!name.empty()) {
    if (access.workspace(name)) return name;
    if (const auto found = access.workspace_by_name(name)) return found->id;
    throw std::runtime_error("there is no workspace of the name or id \"" + name + "\"");
  }
  const auto all = access.workspaces(std::nullopt, 2);
  if (all.size() != 1) throw std::runtime_error(all.empty() ? "there is no workspace yet" : "there are several workspaces: --workspace says which one is meant");
  return all.front().id;
}

// Written beside its name until it is whole; one that does not become so goes again.
class OutputFile {
 public:
  explicit OutputFile(std::string path) : path_(std::move(path)), part_(path_ + ".part"), file_(part_, std::ios::binary | std::ios::trunc) {
    if (!file_) throw std::runtime_error("the file " + part_ + " cannot be written");
  }
  ~OutputFile() {
    std::error_code gone;
    if (!kept_) std::filesystem::remove(part_, gone);
  }
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  std::ostream& stream() { return file_; }
  void keep() {
    file_.close();
    if (!file_) throw std::runtime_error("the file " + part_ + " could not be written to its end");
    std::filesystem::rename(part_, path_);
    kept_ = true;
  }

 private:
  const std::string path_, part_;
  std::ofstream file_;
  bool kept_ = false;
};

dump::Beginning beginning_of(projections::HistorySnapshot& history, const std::string& workspace) {
  dump::Beginning beginning{.ledger = history.ledger(), .workspace = workspace, .exported_at = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now())};
  for (const auto& [partition, height] : history.reached()) beginning.places.push_back({partition.topic, partition.number, height});
  return beginning;
}

dump::End write(const Invocation& call, std::ostream& out) {
  auto connecting = connection_settings(call.settings, "export");
  connecting.idle_in_transaction_timeout_ms = kReaderPauses;
  pg::Connection connection(connecting);
  pg::Pool pool(pool_settings(call.settings, "export"));
  projections::AccessQueries access(pool);
  projections::HistorySnapshot history(connection);

  std::optional<StreamId> only;
  std::string workspace;
  if (call.arguments.text("what") == kStream) {
    only = stream_named(call.arguments.text("stream"));
    const auto found = history.workspace_of(*only);
    if (!found) throw std::runtime_error("there is no stream " + only->text());
    workspace = *found;
  } else {
    workspace = workspace_named(access, call.arguments.text("workspace"));
  }

  DumpWriter writer(out, call.arguments.flag("without-patches") ? DumpWriter::Patches::without : DumpWriter::Patches::with);
  writer.begin(beginning_of(history, workspace));
  const auto take = [&](RecordedEvent event) {
    if (call.signals.stop_requested()) throw ToldToStop("told to stop before the dump was written");
    writer.event(std::move(event));
  };
  // Whoever restores anything needs its workspace first.
  const StreamId own{std::string(workspace::kStreamKind), workspace};
  history.stream(workspace, own, take);
  if (only && *only != own) history.stream(workspace, *only, take);
  for (const auto& kind : stream_kinds()) {
    if (!only && kind.name != workspace::kStreamKind && restore::can_restore(kind.name)) history.kind(workspace, std::string(kind.name), take);
  }
  const auto end = writer.finish();
  if (writer.unreadable() > 0) logging::warn("streams that this program cannot read are in the dump without what came of them", {{"streams", writer.unreadable()}});
  return end;
}

ExitStatus run(const Invocation& call) {
  const auto& path = call.arguments.text("output");
  if (path == kStandardOutput) {
    write(call, call.out);
    return ExitStatus::done;
  }
  OutputFile file(path);
  const auto end = write(call, file.stream());
  file.keep();
  call.out << end.events << " events of " << end.streams << " streams in " << path << '\n';
  return ExitStatus::done;
}

}  // namespace

Subcommand export_dump() {
  using config::Section;
  return {.name = "export",
          .summary = "Write a stream, or a whole workspace, as a dump: for `import` here or elsewhere, and for `replay --check`",
          .settings = {Section::postgres, Section::log},
          .arguments = {{.kind = Argument::Kind::positional, .name = "what", .value_name = "WHAT", .help = "stream or workspace", .choices = {"stream", "workspace"}},
                        {.kind = Argument::Kind::positional, .name = "stream", .value_name = "STREAM", .help = "of stream: its kind and id, such as prompt/0190a1b2-0000-7000-8000-0000000000a1", .usual = ""},
                        {.name = "workspace", .value_name = "NAME", .help = "of workspace: its name or id; needed where there are several", .usual = ""},
                        {.name = "output", .value_name = "FILE", .help = "where to; - is standard output", .usual = "-"},
                        {.kind = Argument::Kind::flag, .name = "without-patches", .help = "leave out what each event changed: half the size, but a check can only say which stream came out otherwise"}},
          .run = run};
}

}  // namespace ledger::app
