#include "projections/published/published.hpp"

#include <algorithm>
#include <array>

namespace ledger::projections {
namespace {

// A header that a newer program may add stays inside until somebody decides that it is for outsiders.
constexpr std::array<std::string_view, 15> kPublishedHeaders{
    "content-type",     "ce_specversion", "ce_id",           "ce_type",   "ce_source",       "ce_subject",
    "ce_sequence",      "ce_time",        "ce_recordedtime", "ce_height", "ce_partitionkey", "ce_actor",
    "ce_correlationid", "ce_causationid", "traceparent"};

}  // namespace

bool is_event(const log::Record& record) { return !record.header("ce_kind"); }

log::Record published_record(const log::Record& record) {
  log::Record published{.key = record.key, .headers = {}, .value = record.value};
  for (const auto& header : record.headers) {
    if (std::ranges::find(kPublishedHeaders, header.first) != kPublishedHeaders.end())
      published.headers.push_back(header);
  }
  return published;
}

std::vector<Refusal> PublishedProjection::apply(pg::Connection&, std::span<const Applied> batch) const {
  std::vector<Outgoing> outgoing;
  for (const auto& applied : batch) {
    if (!is_event(applied.record)) continue;
    const auto& from = applied.position.partition;
    outgoing.push_back({from.topic, from.number, published_record(applied.record)});
  }
  publisher_.publish(outgoing);
  return {};
}

}  // namespace ledger::projections
