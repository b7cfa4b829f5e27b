#include "domain/execution/state_codec.hpp"

#include "domain/execution/parts_codec.hpp"
#include "domain/state_json.hpp"

namespace ledger::execution {

using nlohmann::json;

void to_json(json& out, const State& state) {
  out = {{"actor", state.actor},
         {"request", request_to_json(state.request)},
         {"status", to_text(state.status)},
         {"ending", ending_to_json(state.ending)},
         {"validation", checked_to_json(state.checked)},
         {"recorded_at", to_rfc3339(state.recorded_at)},
         {"log_lines", state.log_lines}};
  put_origin(out, state);
  put(out, "started_at", state.started_at);
  put(out, "completed_at", state.completed_at);
}

void from_json(const json& in, State& state) {
  get_origin(in, state);
  in.at("actor").get_to(state.actor);
  state.request = request_from_json(in.at("request"));
  state.status = choice_from_json(in.at("status"), parse_status);
  state.ending = ending_from_json(in.at("ending"));
  state.checked = checked_from_json(in.at("validation"));
  state.recorded_at = time_from_json(in.at("recorded_at"));
  state.started_at = find_time(in, "started_at");
  state.completed_at = find_time(in, "completed_at");
  in.at("log_lines").get_to(state.log_lines);
}

}  // namespace ledger::execution
