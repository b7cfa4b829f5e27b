#include "domain/score_json.hpp"

#include <stdexcept>

#include "domain/json.hpp"

namespace ledger {

Score score_from_json(const nlohmann::json& in) {
  const auto score = score_of(in.get<double>());
  if (!score) throw std::invalid_argument{"a score has at most six decimal places"};
  return *score;
}

}  // namespace ledger
