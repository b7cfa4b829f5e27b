#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "domain/encoded_event.hpp"
#include "domain/model/prices.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

// A model that a workspace's prompts run on: what it can do, and what it costs. One stream each, `model/<id>`; the id is made of workspace and
// name (commands/model/propose.hpp), so a name never changes and never names two. The structs are the stored format; an empty text says that there is none.
namespace ledger::model {

inline constexpr std::string_view kStreamKind = "model";

struct Details {
  std::string provider;
  std::string display_name;
  std::string description;
  std::optional<std::uint64_t> context_window;      // in tokens
  std::optional<std::uint64_t> max_output_tokens;
  std::vector<std::string> capabilities;            // text, vision, tools, image_generation …

  bool operator==(const Details&) const = default;
};

struct Created {
  std::string name;   // as executions name it
  Details details;
  Prices prices;

  bool operator==(const Created&) const = default;
};

struct ChangedDetails {
  Details from, to;
  bool operator==(const ChangedDetails&) const = default;
};

struct ChangedPrices {
  Prices from, to;
  bool operator==(const ChangedPrices&) const = default;
};

// What it was and what it is, both whole: so the event says by itself which costs it changes.
struct Changed {
  std::optional<ChangedDetails> details;
  std::optional<ChangedPrices> prices;

  bool operator==(const Changed&) const = default;
};

// It is offered no more. What ran on it keeps its price.
struct Deleted {
  std::string name;
  bool operator==(const Deleted&) const = default;
};

struct Restored {
  std::string name;
  bool operator==(const Restored&) const = default;
};

using Event = std::variant<Created, Changed, Deleted, Restored>;

struct State {
  std::uint64_t version = 0;   // of the stream
  std::string workspace;
  std::string name;
  Details details;
  Prices prices;
  std::string author;
  Timestamp created_at{};
  Timestamp updated_at{};
  std::optional<Timestamp> deleted_at;

  bool exists() const { return version > 0; }
  bool operator==(const State&) const = default;
};

State evolve(State state, const Event& event, const Meta& meta);
Result<State, std::string> apply(State state, const RecordedEvent& event);

EncodedEvent encode(const Event& event);
Result<Event, std::string> decode(std::string_view type, std::string_view data);
std::vector<std::string> event_types();
std::vector<std::string> tags_of(const Event& event);

// The prices alone, as events and read models hold them. decode_prices throws for what encode_prices has not written.
std::string encode_prices(const Prices& prices);
Prices decode_prices(std::string_view json);

}  // namespace ledger::model
