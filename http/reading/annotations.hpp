#pragma once

#include <optional>
#include <string>

#include "domain/time.hpp"
#include "http/reading/fields.hpp"
#include "http/reading/query.hpp"

namespace ledger::http {

// What every change may say beside itself, and the event keeps.
struct Annotations {
  std::optional<std::string> reason;
  std::optional<Timestamp> occurred_at;
};

inline Annotations read_annotations(Fields& fields) { return {fields.optional_string("reason"), fields.optional_time("occurred_at")}; }
// For calls without a body.
inline Annotations read_annotations(Query& query) { return {query.text("reason"), query.time("occurred_at")}; }

}  // namespace ledger::http
