#include "app/dump/restorer.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <utility>
#include <variant>

#include "app/bootstrap.hpp"
#include "app/dump/reader.hpp"
#include "app/progress.hpp"
#include "commands/restore/propose.hpp"
#include "domain/access/workspace.hpp"
#include "domain/prompt/name.hpp"
#include "domain/prompt/state.hpp"
#include "domain/result.hpp"
#include "infra/crypto/digest.hpp"
#include "infra/crypto/encoding.hpp"

namespace ledger::app {
namespace {

RecordedEvent renamed(RecordedEvent event, const std::string& name) {
  const workspace::Event created = workspace::Created{name};
  event.data = workspace::encode(created).data;
  event.tags = workspace::tags_of(created);
  return event;
}

std::string what(const RecordedEvent& event) { return event.stream.text() + ", version " + std::to_string(event.sequence); }

// Where an event of a prompt stands in the file.
struct Place {
  Timestamp recorded_at;
  std::uint64_t line = 0, offset = 0;
};

// Reads all of a dump, so that nothing is begun that cannot be ended.
std::vector<Place> prompts_in(DumpReader& reader, const Signals& signals) {
  std::vector<Place> prompts;
  while (const auto line = reader.next()) {
    if (signals.stop_requested()) throw ToldToStop("told to stop while the dump was checked; nothing was restored");
    const auto* change = std::get_if<dump::Change>(&*line);
    if (!change) continue;
    if (!restore::can_restore(change->event.stream.kind)) throw std::runtime_error("streams of the kind " + change->event.stream.kind + " are not restored; line " + std::to_string(reader.line_number()));
    if (change->event.stream.kind == prompt::kStreamKind) prompts.push_back({change->event.meta.recorded_at, reader.line_number(), reader.line_offset()});
  }
  std::ranges::stable_sort(prompts, {}, &Place::recorded_at);
  return prompts;
}

}  // namespace

Restorer::Restorer(CommandSide& commands, RestoreSettings settings) : settings_(std::move(settings)), flights_(commands, settings_.flights) {}

// What another ledger, or a later dump of this one, says of the same event is the same command, whenever it was recorded there.
CommandKey Restorer::key_of(const RecordedEvent& event) const {
  RecordedEvent same = event;
  same.meta.recorded_at = event.first_recorded_at.value_or(event.meta.recorded_at);
  same.first_recorded_at.reset();
  const auto mac = [&](const std::string& text) { return crypto::to_base64url(crypto::as_text(crypto::hmac_sha256(settings_.key_secret, text))); };
  return {mac("restore\n" + event.meta.workspace + "\n" + event.stream.text() + "\n" + std::to_string(event.sequence)), mac("restore digest\n" + dump::to_text(dump::Change{same}))};
}

Flights::Propose Restorer::proposing(const RecordedEvent& event, CommandKey key) const {
  const auto proposal = restore::propose(event, std::move(key));
  if (!proposal) throw std::runtime_error(what(event) + ": " + proposal.error());
  return [shared = std::make_shared<const Proposal>(*proposal)] { return *shared; };
}

// The first of a ledger without any becomes its home, as the one that a server would make.
void Restorer::workspace(RecordedEvent event) {
  const auto key = key_of(event);
  if (settings_.workspace_name) event = renamed(std::move(event), *settings_.workspace_name);
  auto outcome = flights_.try_now(proposing(event, home_key(settings_.key_secret)));
  const auto* home = std::get_if<Accepted>(&outcome);
  const bool is_another = home && home->stream != event.stream;
  if (is_another) outcome = flights_.try_now(proposing(event, key));
  if (const auto* accepted = std::get_if<Accepted>(&outcome)) {
    ++(accepted->event && !accepted->replayed ? report_.restored : report_.known);
    return;
  }
  const auto* refused = std::get_if<Rejection>(&outcome);
  throw std::runtime_error("the workspace cannot be made: " + (refused ? sentence_of(*refused) + "; --workspace-name gives it another" : "the log did not answer in time; import again"));
}

void Restorer::event(const RecordedEvent& event) {
  if (refused_.contains(event.stream.text())) {
    ++report_.skipped;
    return;
  }
  // Commands on different prompts may be decided in either order: who takes a name waits for who gives it up.
  std::vector<std::string> names;
  std::ranges::copy_if(event.tags, std::back_inserter(names), [](const auto& tag) { return prompt::parse_name_tag(tag).has_value(); });
  if (std::ranges::any_of(names, [&](const auto& name) { return names_in_flight_.contains(name); })) {
    flights_.settle_all();
    names_in_flight_.clear();
  }
  names_in_flight_.insert(names.begin(), names.end());
  const auto propose = proposing(event, key_of(event));
  flights_.send(propose, [this, event, propose](const Outcome& outcome) { settled(event, propose, outcome); });
}

void Restorer::settled(const RecordedEvent& event, const Flights::Propose& propose, Outcome outcome) {
  const auto* rejection = std::get_if<Rejection>(&outcome);
  const bool came_early = rejection && rejection->code == Code::stale_version && !refused_.contains(event.stream.text());
  // The event before it had to be sent again, and is there only now.
  if (came_early) outcome = flights_.try_now(propose);
  std::visit(Overloaded{
                 [&](const Accepted& accepted) { ++(accepted.replayed ? report_.known : report_.restored); },
                 [&](const Rejection& refused) {
                   const bool other = refused.code == Code::key_reused;
                   refuse(event, other ? "another event was restored as this version before" : sentence_of(refused));
                 },
                 [&](const NotStored& not_stored) { throw std::runtime_error(what(event) + " was not stored: " + not_stored.detail + "; import again, it goes on where it was"); },
                 [&](const Open&) { throw std::runtime_error(what(event) + ": the log did not answer in time; import again, it goes on where it was"); },
                 [](const Absent&) {},
             },
             outcome);
}

void Restorer::refuse(const RecordedEvent& event, const std::string& why) {
  const auto [place, first] = refused_.try_emplace(event.stream.text(), report_.refused.size());
  if (first) report_.refused.push_back({event.stream.text(), event.sequence, why});
  else ++report_.skipped;
}

RestoreReport Restorer::finish() {
  flights_.settle_all();
  report_.reached = flights_.reached();
  return report_;
}

RestoreReport restore_dump(Restorer& restorer, const std::string& path, const Signals& signals) {
  DumpReader checked(path);
  const auto prompts = prompts_in(checked, signals);
  const std::uintmax_t size = std::filesystem::file_size(path);
  Progress progress(size + prompts.size());
  DumpReader reader(path);
  std::uint64_t events = 0;
  while (const auto line = reader.next()) {
    if (signals.stop_requested()) return restorer.finish();
    const auto* change = std::get_if<dump::Change>(&*line);
    if (!change || change->event.stream.kind == prompt::kStreamKind) continue;
    if (change->event.stream.kind == workspace::kStreamKind) restorer.workspace(change->event);
    else restorer.event(change->event);
    progress.show(reader.bytes_read(), ++events, "events");
  }
  for (std::size_t i = 0; i < prompts.size(); ++i) {
    if (signals.stop_requested()) return restorer.finish();
    restorer.event(reader.change_at(prompts[i].line, prompts[i].offset).event);
    progress.show(size + i, ++events, "events");
  }
  auto report = restorer.finish();
  report.complete = true;
  return report;
}

}  // namespace ledger::app
