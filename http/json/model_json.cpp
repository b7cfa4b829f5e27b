#include "http/json/model_json.hpp"

#include "domain/json.hpp"
#include "http/json/members.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

constexpr const char* kHow =
    "Costs that were not told are reckoned whenever they are read, so those of this time that were shown before read differently from now on; what was told "
    "stays. It depends on the kinds of usage that executions told and on the prices valid when each was completed. The sums of "
    "analytics follow as soon as their read model has the change.";

json rates_json(const model::Rates& rates) {
  json out = json::object();
  for (const auto& [kind, rate] : rates) out[kind] = to_text(rate);
  return out;
}

json prices_json(const model::Prices& prices) {
  json out = json::array();
  for (const auto& price : prices) {
    out.push_back({{"valid_from", to_rfc3339(price.valid_from)}, {"per_million_tokens", rates_json(price.per_million_tokens)}, {"per_unit", rates_json(price.per_unit)}});
  }
  return out;
}

std::optional<model::Period> repriced_by(const model::Event& event) {
  return std::visit(Overloaded{
                        [](const model::Created& e) { return model::repriced({}, e.prices); },
                        [](const model::Changed& e) { return e.prices ? model::repriced(e.prices->from, e.prices->to) : std::nullopt; },
                        [](const model::Deleted&) { return std::optional<model::Period>(); },
                        [](const model::Restored&) { return std::optional<model::Period>(); },
                    },
                    event);
}

}  // namespace

json model_json(const std::string& id, const model::State& state) {
  const auto& details = state.details;
  json out{{"id", id},
           {"name", state.name},
           {"capabilities", details.capabilities},
           {"prices", prices_json(state.prices)},
           {"author", state.author},
           {"created_at", to_rfc3339(state.created_at)},
           {"updated_at", to_rfc3339(state.updated_at)},
           {"stream_version", state.version}};
  put(out, "provider", details.provider);
  put(out, "display_name", details.display_name);
  put(out, "description", details.description);
  if (details.context_window) out["context_window"] = *details.context_window;
  if (details.max_output_tokens) out["max_output_tokens"] = *details.max_output_tokens;
  put(out, "deleted_at", state.deleted_at);
  return out;
}

json repricing_json(const model::Event& event) {
  const auto period = repriced_by(event);
  if (!period) return nullptr;
  json out{{"from", to_rfc3339(period->from)}, {"until", nullptr}, {"how", kHow}};
  if (period->until) out["until"] = to_rfc3339(*period->until);
  return out;
}

}  // namespace ledger::http
