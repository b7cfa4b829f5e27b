#include <stdexcept>

#include "domain/event_codec.hpp"
#include "domain/model/model.hpp"
#include "domain/model/state_codec.hpp"
#include "domain/state_json.hpp"

namespace ledger::model {
namespace {

using nlohmann::json;

json rates_to_json(const Rates& rates) {
  json out = json::object();
  for (const auto& [kind, rate] : rates) out[kind] = to_text(rate);
  return out;
}

Rates rates_from_json(const json& in, const char* member) {
  Rates rates;
  if (!in.contains(member)) return rates;
  for (const auto& [kind, amount] : in.at(member).items()) {
    const auto rate = parse_money(amount.get_ref<const std::string&>());
    if (!rate || rate->micros < 0) throw std::invalid_argument{"not a price"};
    rates.emplace(kind, *rate);
  }
  return rates;
}

json prices_to_json(const Prices& prices) {
  json out = json::array();
  for (const auto& price : prices) {
    json& one = out.emplace_back(json{{"valid_from", to_rfc3339(price.valid_from)}});
    if (!price.per_million_tokens.empty()) one["per_million_tokens"] = rates_to_json(price.per_million_tokens);
    if (!price.per_unit.empty()) one["per_unit"] = rates_to_json(price.per_unit);
  }
  return out;
}

Prices prices_from_json(const json& in) {
  Prices prices;
  for (const auto& one : in) {
    const auto from = parse_rfc3339(one.at("valid_from").get_ref<const std::string&>());
    if (!from || (!prices.empty() && *from <= prices.back().valid_from)) throw std::invalid_argument{"prices are valid from rising times"};
    prices.push_back({*from, rates_from_json(one, "per_million_tokens"), rates_from_json(one, "per_unit")});
  }
  return prices;
}

json details_to_json(const Details& details) {
  json out = json::object();
  put(out, "provider", details.provider);
  put(out, "display_name", details.display_name);
  put(out, "description", details.description);
  put(out, "context_window", details.context_window);
  put(out, "max_output_tokens", details.max_output_tokens);
  put(out, "capabilities", details.capabilities);
  return out;
}

Details details_from_json(const json& in) {
  return {.provider = text(in, "provider"),
          .display_name = text(in, "display_name"),
          .description = text(in, "description"),
          .context_window = find<std::uint64_t>(in, "context_window"),
          .max_output_tokens = find<std::uint64_t>(in, "max_output_tokens"),
          .capabilities = texts(in, "capabilities")};
}

template <class E>
struct Codec;

template <>
struct Codec<Created> {
  static constexpr std::string_view kType = "model.created";
  static constexpr int kVersion = 1;
  static json encode(const Created& e) {
    return {{"name", e.name}, {"details", details_to_json(e.details)}, {"prices", prices_to_json(e.prices)}};
  }
  static Created decode(const json& in, int) {
    return {in.at("name").get<std::string>(), details_from_json(in.at("details")), prices_from_json(in.at("prices"))};
  }
};

template <>
struct Codec<Changed> {
  static constexpr std::string_view kType = "model.changed";
  static constexpr int kVersion = 1;
  static json encode(const Changed& e) {
    json out = json::object();
    if (e.details) out["details"] = {{"from", details_to_json(e.details->from)}, {"to", details_to_json(e.details->to)}};
    if (e.prices) out["prices"] = {{"from", prices_to_json(e.prices->from)}, {"to", prices_to_json(e.prices->to)}};
    return out;
  }
  static Changed decode(const json& in, int) {
    Changed e;
    if (const auto found = in.find("details"); found != in.end()) {
      e.details = ChangedDetails{details_from_json(found->at("from")), details_from_json(found->at("to"))};
    }
    if (const auto found = in.find("prices"); found != in.end()) {
      e.prices = ChangedPrices{prices_from_json(found->at("from")), prices_from_json(found->at("to"))};
    }
    return e;
  }
};

template <>
struct Codec<Deleted> {
  static constexpr std::string_view kType = "model.deleted";
  static constexpr int kVersion = 1;
  static json encode(const Deleted& e) { return {{"name", e.name}}; }
  static Deleted decode(const json& in, int) { return {in.at("name").get<std::string>()}; }
};

template <>
struct Codec<Restored> {
  static constexpr std::string_view kType = "model.restored";
  static constexpr int kVersion = 1;
  static json encode(const Restored& e) { return {{"name", e.name}}; }
  static Restored decode(const json& in, int) { return {in.at("name").get<std::string>()}; }
};

using Codecs = EventCodec<Codec, Event>;

}  // namespace

void to_json(json& out, const State& state) {
  out = {{"name", state.name}, {"details", details_to_json(state.details)}, {"prices", prices_to_json(state.prices)}};
  put_origin(out, state);
}

void from_json(const json& in, State& state) {
  get_origin(in, state);
  in.at("name").get_to(state.name);
  state.details = details_from_json(in.at("details"));
  state.prices = prices_from_json(in.at("prices"));
}

EncodedEvent encode(const Event& event) { return Codecs::encode(event); }
Result<Event, std::string> decode(std::string_view type, std::string_view data) { return Codecs::decode(type, data); }
std::vector<std::string> event_types() { return Codecs::types(); }

std::string encode_prices(const Prices& prices) { return prices_to_json(prices).dump(); }
Prices decode_prices(std::string_view text) { return prices_from_json(json::parse(text)); }

}  // namespace ledger::model
