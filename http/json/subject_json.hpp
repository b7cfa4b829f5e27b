#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>

#include "domain/subject/subject.hpp"
#include "infra/sealing/subject_keys.hpp"

namespace ledger::http {

// Whether none of the keys that were erased is kept any more: `kept` is the subject's present one.
bool is_carried_out(const subject::State& state, const std::optional<sealing::WrappedKey>& kept);

// A subject with the receipts of its erasures, of which there may be none.
nlohmann::json subject_json(const std::string& id, const subject::State& state, bool carried_out);

}  // namespace ledger::http
