#pragma once

#include <charconv>
#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "domain/encoded_event.hpp"
#include "domain/result.hpp"

// Turns a variant of events into stored events and back, by one Codec<E> per alternative, which has
//   kType     what the event is called on the wire, without `promptledger.` and version: prompt.created
//   kVersion  of its schema, the one that encode writes
//   static json encode(const E&);
//   static E decode(const json&, int stored_version);      lifts older versions; throws what nlohmann throws
// For the codec files of the domain only: they include domain/json.hpp, this needs not.
namespace ledger {

struct TypeName {
  std::string_view name;  // prompt.created
  int version = 0;
};
// Nothing unless it is promptledger.<name>.v<version>.
std::optional<TypeName> parse_type_name(std::string_view type);
std::string type_name(std::string_view name, int version);

std::string dump(const nlohmann::json& json);
// Hands the parsed object to `read`, and tells as a sentence what was no JSON object, or what `read` threw for.
std::optional<std::string> read_object(std::string_view text, const std::function<void(const nlohmann::json&)>& read);

template <template <class> class Codec, class Event>
struct EventCodec;

template <template <class> class Codec, class... Es>
struct EventCodec<Codec, std::variant<Es...>> {
  using Event = std::variant<Es...>;

  static EncodedEvent encode(const Event& event) {
    return std::visit(
        []<class E>(const E& e) {
          return EncodedEvent{type_name(Codec<E>::kType, Codec<E>::kVersion), dump(Codec<E>::encode(e))};
        },
        event);
  }

  static Result<Event, std::string> decode(std::string_view type, std::string_view data) {
    const auto stored = parse_type_name(type);
    std::optional<Event> event;
    std::optional<std::string> problem = "there is no such event type";
    const auto try_one = [&]<class E>(std::in_place_type_t<E>) {
      if (!stored || stored->name != Codec<E>::kType || stored->version > Codec<E>::kVersion) return false;
      problem = read_object(
          data, [&](const nlohmann::json& json) { event.emplace(Codec<E>::decode(json, stored->version)); });
      return true;
    };
    (void)(try_one(std::in_place_type<Es>) || ...);
    if (problem || !event) return tl::unexpected(std::string{type} + ": " + problem.value_or("it says nothing"));
    return *std::move(event);
  }

  static std::vector<std::string> types() { return {type_name(Codec<Es>::kType, Codec<Es>::kVersion)...}; }
};

}  // namespace ledger
