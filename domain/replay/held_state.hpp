#pragma once

#include <concepts>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "domain/json.hpp"
#include "domain/recorded_event.hpp"

// The state of a stream of some kind, behind StreamState. For domain/replay only.
namespace ledger {

class HeldState {
 public:
  virtual ~HeldState() = default;

  virtual std::unique_ptr<HeldState> copy() const = 0;
  virtual std::uint64_t version() const = 0;
  // What went wrong, or nothing. An event that cannot be read leaves the state as it was.
  virtual std::optional<std::string> apply(const RecordedEvent& event) = 0;
  virtual nlohmann::json json() const = 0;
  virtual void read(const nlohmann::json& json) = 0;
  // Of the same kind, as is the other below.
  virtual bool equals(const HeldState& other) const = 0;
  virtual nlohmann::json patch_to(const HeldState& after) const = 0;
};

// Of one kind. `evolve`, the state's JSON, and drop_shared where there is one, are found beside the state.
template <class State, auto decode>
class HeldAs final : public HeldState {
 public:
  std::unique_ptr<HeldState> copy() const override { return std::make_unique<HeldAs>(*this); }
  std::uint64_t version() const override { return state_.version; }

  std::optional<std::string> apply(const RecordedEvent& recorded) override {
    const auto event = decode(recorded.type, recorded.data);
    if (!event) return event.error();
    try {
      state_ = evolve(std::move(state_), *event, recorded.meta);
    } catch (const std::exception& broken) {
      return std::string{"it cannot follow what came before: "} + broken.what();
    }
    return std::nullopt;
  }

  nlohmann::json json() const override { return state_; }
  void read(const nlohmann::json& json) override { json.get_to(state_); }

  bool equals(const HeldState& other) const override { return state_ == of(other); }

  nlohmann::json patch_to(const HeldState& after) const override {
    if constexpr (requires(State& a, State& b) { drop_shared(a, b); }) {
      State from = state_, to = of(after);
      drop_shared(from, to);
      return nlohmann::json::diff(from, to);
    } else {
      return nlohmann::json::diff(state_, of(after));
    }
  }

 private:
  static const State& of(const HeldState& other) { return static_cast<const HeldAs&>(other).state_; }

  State state_;
};

}  // namespace ledger
