#include "app/history_import/importer.hpp"

#include <algorithm>
#include <utility>

#include "app/derived_uuid.hpp"
#include "commands/prompt/propose.hpp"
#include "domain/json_text.hpp"
#include "domain/partition_key.hpp"
#include "infra/crypto/digest.hpp"
#include "infra/crypto/encoding.hpp"

namespace ledger::app {
namespace {

using Op = HistoryRow::Op;

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

std::vector<ImportedPrompt> HistoryImporter::alive() const {
  std::vector<ImportedPrompt> alive;
  for (const auto& [name, prompt] : prompts_) {
    if (!prompt.refused_at && !prompt.id.empty() && !prompt.removed) alive.push_back({name, prompt.id, prompt.last.text});
  }
  return alive;
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
  flights_.settle_through(prompt.outstanding);
  auto from = caller(row, row_key);

  if (row.op == Op::created) {
    prompt = Prompt{derived_uuid(row.at, settings_.workspace + "\n" + row_key), std::nullopt, row, 0};
    prompt::CreatePrompt create;
    create.name = {settings_.category, row.name};
    create.metadata = metadata_of(row);
    create.content = content_of(row);
    create.source = "import";
    prompt.outstanding = send(number, row, [id = prompt.id, create, from] { return prompt::propose(id, create, from); });
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
    prompt.removed = true;
    prompt.outstanding = send(number, row, [id = prompt.id, from] { return prompt::propose(id, prompt::DeletePrompt{}, from); });
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
  prompt.outstanding = send(number, row, [id = prompt.id, change, from] { return prompt::propose(id, change, from); });
}

std::uint64_t HistoryImporter::send(std::uint64_t number, const HistoryRow& row, Flights::Propose propose) {
  return flights_.send(std::move(propose), [this, number, row](const Outcome& outcome) { settled(number, row, outcome); });
}

void HistoryImporter::settled(std::uint64_t number, const HistoryRow& row, const Outcome& outcome) {
  const auto refuse_prompt = [&] {
    if (row.op == Op::created) prompts_[row.name].refused_at = number;
  };
  std::visit(Overloaded{
                 [&](const Accepted& accepted) { ++(accepted.replayed ? report_.known : accepted.event ? report_.applied : report_.unchanged); },
                 [&](const Rejection& rejection) {
                   refuse_prompt();
                   report_.refused.push_back({number, sentence_of(rejection)});
                 },
                 [&](const NotStored& not_stored) {
                   refuse_prompt();
                   report_.failed.push_back({number, not_stored.detail});
                 },
                 [&](const Open&) {
                   refuse_prompt();
                   report_.failed.push_back({number, "the log did not answer; it may or may not be stored"});
                 },
                 [](const Absent&) {},
             },
             outcome);
}

ImportReport HistoryImporter::finish() {
  flights_.settle_all();
  const auto by_line = [](const RefusedRow& a, const RefusedRow& b) { return a.line < b.line; };
  std::sort(report_.refused.begin(), report_.refused.end(), by_line);
  report_.reached = flights_.reached();
  return report_;
}

}  // namespace ledger::app
