#pragma once

#include <nlohmann/json_fwd.hpp>

#include "domain/score.hpp"

// How codecs read a Score, which they write as a JSON number. For the codec files of the domain only.
namespace ledger {

// Throws for what is none.
Score score_from_json(const nlohmann::json& in);

}  // namespace ledger
