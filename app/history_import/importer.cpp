#include "app/history_import/importer.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "commands/prompt/propose.hpp"
#include "domain/json_text.hpp"
#include "domain/partition_key.hpp"
#include "infra/crypto/digest.hpp"
#include "infra/crypto/encoding.hpp"

namespace ledger::app {
namespace {

using Clock = std::chrono::steady_clock;
using Op = HistoryRow::Op;

constexpr std::chrono::milliseconds kFirstBackOff{5};
constexpr std::chrono::milliseconds kLastBackOff{1'000};

bool is_definite(const Outcome& outcome) { return !std::holds_alternative<NotStored>(outcome) && !std::holds_alternative<Open>(outcome); }

// A UUIDv7 of the time given whose random part comes from a key: the same row always names the same prompt.
std::string derived_uuid(Timestamp at, std::string_view key) {
  const auto ms = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count());
  const auto digest = crypto::sha256(key);
  std::string bytes(16, '\0');
  for (std::size_t i = 0; i < 6; ++i) bytes[i] = static_cast<char>(ms >> (40 - 8 * i));
  std::copy_n(digest.begin(), 10, bytes.begin() + 6);
  bytes[6] = static_cast<char>((bytes[6] & 0x0f) | 0x70);
  bytes[8] = static_cast<char>((bytes[8] & 0x3f) | 0x80);
  auto text = crypto::to_hex(bytes);
  for (const std::size_t at_dash : {8U, 13U, 18U, 23U}) text.insert(at_dash, 1, '-');
  return text;
}

// What the source says beside the text; empty fields say nothing.
JsonText metadata_of(const HistoryRow& row) {
  std::string text;
  const auto add = [&](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    text += (text.empty() ? "" : ",") + json_string(name).text + ":" + json_string(value).text;
  };
  add("for_devs", row.for_devs);
  add("type", row.type);
  return {"{" + text + "}"};
}

// The texts were written for no template language: what is not a well-formed {{name}} stays as it is.
prompt::ContentChange content_of(const HistoryRow& row) {
  prompt::ContentChange content;
  content.body = prompt::Text{row.text};
  content.syntax = prompt::Syntax::lenient;
  return content;
}

std::string sentence_of(const Rejection& rejection) {
  std::string text = rejection.detail;
  for (const auto& error : rejection.errors) text += "; " + error.field + ": " + error.detail;
  return text;
}

}  // namespace

void HistoryImporter::line(std::uint64_t number, std::string_view text) {
  ++report_.rows;
  auto row = parse_history_row(text);
  if (!row) {
    report_.refused.push_back({number, row.error()});
    return;
  }
  const std::string hash{crypto::as_text(crypto::sha256(text))};
  const auto repeat = repeats_[hash]++;
  take(number, std::move(*row), hash + "/" + std::to_string(repeat));
}

Caller HistoryImporter::caller(const HistoryRow& row, const std::string& row_key) const {
  const std::string scope = settings_.workspace + "\n" + workspace_partition_key(settings_.workspace) + "\nimport history\n" + row_key;
  Caller caller;
  caller.workspace = settings_.workspace;
  caller.actor = row.by;
  caller.role = access::Role::admin;
  caller.correlation_id = row.revision.empty() ? "import" : "import/" + row.revision;
  if (!row.revision.empty()) caller.reason = "imported from revision " + row.revision;
  caller.occurred_at = row.at;
  caller.key = CommandKey{crypto::to_base64url(crypto::as_text(crypto::hmac_sha256(settings_.key_secret, scope))),
                          crypto::to_base64url(crypto::as_text(crypto::hmac_sha256(settings_.key_secret, "digest\n" + scope)))};
  caller.bytes = row.text.size();
  return caller;
}

void HistoryImporter::take(std::uint64_t number, HistoryRow row, const std::string& row_key) {
  auto& prompt = prompts_[row.name];
  if (prompt.outstanding != 0) settle_through(prompt.outstanding);
  auto from = caller(row, row_key);

  if (row.op == Op::created) {
    prompt = Prompt{derived_uuid(row.at, settings_.workspace + "\n" + row_key), std::nullopt, row, number};
    prompt::CreatePrompt create;
    create.name = {settings_.category, row.name};
    create.metadata = metadata_of(row);
    create.content = content_of(row);
    create.source = "import";
    send(number, std::move(row), [id = prompt.id, create, from] { return prompt::propose(id, create, from); });
    return;
  }
  if (prompt.refused_at) {
    report_.refused.push_back({number, "its prompt was refused in line " + std::to_string(*prompt.refused_at)});
    return;
  }
  if (prompt.id.empty()) {
    report_.refused.push_back({number, "no line before it creates this prompt"});
    return;
  }
  if (row.op == Op::removed) {
    prompt.outstanding = number;
    send(number, std::move(row), [id = prompt.id, from] { return prompt::propose(id, prompt::DeletePrompt{}, from); });
    return;
  }
  prompt::ChangePrompt change;
  if (row.text != prompt.last.text) {
    change.content = content_of(row);
    change.source = "import";
  }
  if (metadata_of(row) != metadata_of(prompt.last)) change.metadata = metadata_of(row);
  if (change.content.empty() && !change.metadata) {
    ++report_.unchanged;
    return;
  }
  prompt.last = row;
  prompt.outstanding = number;
  send(number, std::move(row), [id = prompt.id, change, from] { return prompt::propose(id, change, from); });
}

void HistoryImporter::send(std::uint64_t number, HistoryRow row, std::function<Proposal()> propose) {
  while (flights_.size() >= settings_.in_flight) settle();
  auto outcome = commands_.submit(propose());
  flights_.push_back({number, std::move(row), std::move(propose), std::move(outcome), Clock::now() + settings_.row_deadline_ms});
}

void HistoryImporter::settle_through(std::uint64_t number) {
  while (!flights_.empty() && flights_.front().line <= number) settle();
}

void HistoryImporter::settle() {
  Flight flight = std::move(flights_.front());
  flights_.pop_front();
  Outcome outcome = flight.outcome.get();   // bounded by the command side
  // The key makes another try safe, whatever became of the one before.
  for (auto back_off = kFirstBackOff; !is_definite(outcome) && Clock::now() < flight.give_up_at; back_off = std::min(back_off * 2, kLastBackOff)) {
    std::this_thread::sleep_for(back_off);
    outcome = commands_.submit(flight.propose()).get();
  }
  Prompt& prompt = prompts_[flight.row.name];
  if (prompt.outstanding == flight.line) prompt.outstanding = 0;
  const bool creating = flight.row.op == Op::created;
  const auto refuse_prompt = [&] {
    if (creating) prompt.refused_at = flight.line;
  };
  std::visit(Overloaded{
                 [&](const Accepted& accepted) {
                   ++(accepted.replayed ? report_.known : accepted.event ? report_.applied : report_.unchanged);
                   reach(accepted.position);
                 },
                 [&](const Rejection& rejection) {
                   refuse_prompt();
                   report_.refused.push_back({flight.line, sentence_of(rejection)});
                 },
                 [&](const NotStored& not_stored) {
                   refuse_prompt();
                   report_.failed.push_back({flight.line, not_stored.detail});
                 },
                 [&](const Open&) {
                   refuse_prompt();
                   report_.failed.push_back({flight.line, "the log did not answer; it may or may not be stored"});
                 },
                 [](const Absent&) {},
             },
             outcome);
}

void HistoryImporter::reach(const log::Position& position) {
  auto& height = reached_[position.partition];
  height = std::max(height, position.height);
}

ImportReport HistoryImporter::finish() {
  while (!flights_.empty()) settle();
  const auto by_line = [](const RefusedRow& a, const RefusedRow& b) { return a.line < b.line; };
  std::sort(report_.refused.begin(), report_.refused.end(), by_line);
  for (const auto& [partition, height] : reached_) report_.reached.push_back({partition, height});
  return report_;
}

}  // namespace ledger::app
