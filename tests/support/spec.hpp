#pragma once

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

#include "commands/decision.hpp"
#include "domain/encoded_event.hpp"
#include "domain/recorded_event.hpp"

// Given–when–then for one stream kind. Events are printed through their codec. A unit is
//   Event, State, and the functions evolve(State, Event, Meta), decide(State, command, context…), encode(Event), found
//   by their arguments.
namespace ledger::spec {

// Who and when, the same for every event unless a test says otherwise: a minute later each.
inline Meta meta_at(std::size_t index) {
  Meta meta;
  meta.event_id = "event-" + std::to_string(index);
  meta.workspace = "w1";
  meta.actor = "ann";
  meta.correlation_id = "request-1";
  meta.occurred_at = Timestamp{std::chrono::seconds{1'700'000'000} + std::chrono::minutes{index}};
  meta.recorded_at = meta.occurred_at;
  return meta;
}

template <class Event>
std::string show(const Event& event) {
  const EncodedEvent encoded = encode(event);
  return encoded.type + " " + encoded.data;
}

inline std::string show(const Rejection& rejection) {
  std::string out = "rejection " + std::to_string(static_cast<int>(rejection.code)) + ": " + rejection.detail;
  for (const auto& error : rejection.errors) out += "\n  " + error.field + ": " + error.detail;
  return out;
}

template <class Event>
struct When {
  Decision<Event> got;

  std::string shown() const {
    if (!got) return show(got.error());
    return *got ? show(**got) : "nothing";
  }
  void then(const Event& want) const {
    INFO("got: ", shown());
    INFO("want: ", show(want));
    REQUIRE(got.has_value());
    REQUIRE(got->has_value());
    CHECK((**got == want));
  }
  void then_nothing() const {
    INFO("got: ", shown());
    REQUIRE(got.has_value());
    CHECK_FALSE(got->has_value());
  }
  void then_rejected(Code code, const std::string& words = "") const {
    INFO("got: ", shown());
    REQUIRE_FALSE(got.has_value());
    CHECK((got.error().code == code));
    CHECK(got.error().detail.find(words) != std::string::npos);
  }
  // Exactly these fields, in this order.
  void then_invalid(const std::vector<std::string>& fields) const {
    INFO("got: ", shown());
    REQUIRE_FALSE(got.has_value());
    CHECK((got.error().code == Code::invalid));
    std::vector<std::string> wrong;
    for (const auto& error : got.error().errors) wrong.push_back(error.field);
    CHECK((wrong == fields));
  }
};

template <class State, class Event>
struct Given {
  State state{};
  std::size_t events = 0;

  explicit Given(const std::vector<Event>& history) {
    for (const auto& event : history) state = evolve(std::move(state), event, meta_at(events++));
  }
  template <class Command, class... Context>
  When<Event> when(const Command& command, const Context&... context) const {
    return {decide(state, command, context...)};
  }
};

}  // namespace ledger::spec
