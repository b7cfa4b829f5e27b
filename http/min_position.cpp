#include "http/min_position.hpp"

#include <algorithm>
#include <chrono>

#include "domain/json.hpp"
#include "http/reading/position_token.hpp"
#include "projections/positions.hpp"

namespace ledger::http {
namespace {

Problem not_reached(const std::vector<projections::Behind>& behind, const App& app) {
  nlohmann::json lag = nlohmann::json::array();
  for (const auto& missing : behind) {
    const auto wanted = in_words(missing.wanted, app.settings.topic_prefix);
    const std::uint64_t next = missing.height ? *missing.height + 1 : 0;
    lag.push_back({{"position", wanted},
                   {"reached_height", missing.height ? nlohmann::json(*missing.height) : nlohmann::json()},
                   {"records", missing.wanted.height + 1 - std::min(next, missing.wanted.height + 1)}});
  }
  Problem late = problem(Code::position_not_reached,
                         "The read model has not reached the position within " + std::to_string(app.settings.min_position_wait_ms.count()) +
                             " ms: see lag. Ask again, or without it for what there is now.");
  late.members.emplace_back("lag", lag.dump());
  late.headers.emplace_back("Retry-After", "1");
  return late;
}

}  // namespace

Result<void, Problem> await_min_position(const Request& request, const App& app, projections::ModelPositions& model) {
  const auto token = request.min_position();
  if (!token) return {};
  const auto wanted = parse_position_token(*token, app.settings.topic_prefix);
  if (!wanted) {
    return tl::unexpected(problem(Code::malformed_request, "Ledger-Min-Position must be the Ledger-Position of an earlier answer, as it was."));
  }
  return await_positions(*wanted, request, app, model);
}

Result<void, Problem> await_positions(const std::vector<log::Position>& wanted, const Request& request, const App& app, projections::ModelPositions& model) {
  const auto bound = std::min(app.settings.min_position_wait_ms, request.time_left());
  const auto behind = model.wait_until(wanted, std::chrono::steady_clock::now() + bound);
  if (behind.empty()) return {};
  return tl::unexpected(not_reached(behind, app));
}

}  // namespace ledger::http
