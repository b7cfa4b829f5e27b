#include "app/heal_report.hpp"

#include <algorithm>
#include <ostream>
#include <string>

#include "domain/time.hpp"

namespace ledger::app {
namespace {

using projections::Branch;
using projections::Condition;
using projections::Survey;

constexpr std::size_t kHashShown = 12;
constexpr std::size_t kTextShown = 60;

// Whoever wrote on a cut head may have written anything into its headers, also what a terminal obeys.
std::string printable(std::string_view text) {
  std::string shown;
  for (const char c : text.substr(0, kTextShown)) shown += c >= ' ' && c <= '~' ? c : '?';
  return shown + (text.size() > kTextShown ? "..." : "");
}

std::string header(const log::Record& record, std::string_view name) { return printable(record.header(name).value_or("-")); }

std::string what_it_is(const log::Record& record) {
  const auto kind = record.header("ce_kind");
  if (!kind) return header(record, "ce_subject") + " v" + header(record, "ce_sequence") + ' ' + header(record, "ce_type") + " by " + header(record, "ce_actor");
  return printable(*kind) + (kind == "barrier" ? " (" + header(record, "ce_barrierreason") + ')' : "");
}

void tell(std::ostream& out, const Branch& branch) {
  for (const auto& each : branch.first) {
    out << "      " << each.head.height << (each.offset ? " at offset " + std::to_string(*each.offset) : "") << ' ' << log::to_text(each.head.hash).substr(0, kHashShown)
        << ' ' << to_rfc3339(Timestamp{std::chrono::microseconds{each.head.recorded_us}}) << ' ' << what_it_is(each.record) << ", event "
        << header(each.record, "ce_id") << ", writer " << header(each.record, "ce_writer") << '\n';
  }
  if (branch.size() > branch.first.size()) out << "      and " << branch.size() - branch.first.size() << " more\n";
}

std::string heights(std::uint64_t from, std::uint64_t to) {
  if (from == to) return "height " + std::to_string(from);
  return "heights " + std::to_string(from) + " to " + std::to_string(to);
}

std::string records(std::uint64_t count) { return std::to_string(count) + (count == 1 ? " record" : " records"); }

std::string name_of(const log::PartitionId& partition) { return partition.topic + '/' + std::to_string(partition.number); }

std::string size_of(const Survey& survey) {
  return survey.log_head ? records(survey.log_head->head.height + 1) : std::string("no record");
}

void tell_cut(std::ostream& out, const Survey& survey) {
  const auto& lost = *survey.in_history;
  out << "cut ";
  if (survey.log_head) out << "after height " << survey.log_head->head.height << " at offset " << survey.log_head->head_offset;
  else out << "before its first record";
  out << ": " << records(lost.size()) << ", " << heights(lost.from, lost.to) << ", can be put back from the history\n";
  tell(out, lost);
}

void tell_fork(std::ostream& out, const Survey& survey) {
  const auto& here = *survey.in_log;
  const auto& kept = *survey.in_history;
  out << "forked ";
  if (survey.common) out << "after height " << *survey.common;
  else out << "at its first record";
  out << ": somebody wrote on the cut head, and only one of the branches can count. Nothing is changed\n";
  out << "    in the log, " << records(here.size()) << ", " << heights(here.from, here.to) << ":\n";
  tell(out, here);
  out << "    in the history, " << records(kept.size()) << ", " << heights(kept.from, kept.to) << ":\n";
  tell(out, kept);
}

// What no copy here can give back.
void tell_lost(std::ostream& out, const Survey& survey) {
  const auto to = survey.known_lost_to();
  if (!to) return;
  std::uint64_t from = survey.history_head ? survey.history_head->height + 1 : 0;
  if (survey.log_head) from = std::max(from, survey.log_head->head.height + 1);
  if (*to >= from) out << "    lost: " << heights(from, *to) << ", which were applied and which neither the log nor the history holds\n";
  for (const auto& model : survey.models) {
    if (model.is_beyond())
      out << "    " << model.model << " has applied records up to height " << model.stands.head.height << " that are not in this chain: it stays halted until it is built anew\n";
  }
}

void tell_astray(std::ostream& out, const Survey& survey) {
  out << "whole, " << size_of(survey) << ", but offsets have changed: " << survey.rows_astray << " rows of the history";
  for (const auto& model : survey.models) {
    if (model.is_astray) out << ", the checkpoint of " << model.model;
  }
  out << " are to name the new ones\n";
}

}  // namespace

void tell_survey(std::ostream& out, const Survey& survey) {
  out << name_of(survey.partition) << ": ";
  switch (survey.condition()) {
    case Condition::whole: out << "whole, " << size_of(survey) << '\n'; break;
    case Condition::astray: tell_astray(out, survey); break;
    case Condition::cut: tell_cut(out, survey); break;
    case Condition::forked: tell_fork(out, survey); break;
    case Condition::unreadable: out << "unreadable: " << survey.unreadable << '\n'; break;
  }
  tell_lost(out, survey);
}

void tell_healing(std::ostream& out, const projections::Healing& healing) {
  tell_survey(out, healing.before);
  if (healing.put_back == 0 && healing.re_anchored == 0 && healing.before.condition() == healing.after.condition()) return;
  out << "    put back: " << records(healing.put_back) << "; checkpoints that name their new offset: " << healing.re_anchored << "; now ";
  tell_survey(out, healing.after);
}

}  // namespace ledger::app
