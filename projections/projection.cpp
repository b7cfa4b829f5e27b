#include "projections/projection.hpp"

#include <algorithm>

#include "projections/storable.hpp"

namespace ledger::projections {

std::string Applied::stream() const {
  if (event) return event->stream.text();
  const auto subject = record.header("ce_subject");
  return subject && is_indexable(*subject) ? std::string{*subject} : std::string{"unreadable"};
}

Applied make_applied(log::Position position, log::Offset offset, std::int64_t append_time_ms, log::Record record,
                     const log::Head& head) {
  Applied applied{std::move(position), offset, append_time_ms, std::move(record), head, std::nullopt, {}, 0};
  if (applied.record.header("ce_kind")) return applied;
  auto opened = open(applied.record.headers, applied.record.value);
  if (opened) {
    applied.event = std::move(*opened);
  } else {
    applied.unreadable = std::move(opened.error());
  }
  return applied;
}

std::function<bool(const Applied&)> concern_of(const Projection& projection) {
  auto kinds = projection.kinds();
  if (kinds.empty()) return {};
  return [kinds = std::move(kinds)](const Applied& applied) {
    if (!applied.event) return !applied.unreadable.empty();
    return std::ranges::find(kinds, applied.event->stream.kind) != kinds.end();
  };
}

}  // namespace ledger::projections
