#pragma once

#include <concepts>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
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
  virtual const std::type_info& type() const = 0;
  virtual const void* value() const = 0;  // of that type
  // What went wrong, or nothing. An event that cannot be read leaves the state as it was.
  virtual std::optional<std::string> apply(const RecordedEvent& event) = 0;
  virtual nlohmann::json json() const = 0;
  virtual void read(const nlohmann::json& json) = 0;
  // Of the same kind, as is the other below.
  virtual bool equals(const HeldState& other) const = 0;
  // What is not shared with another, and how much there is of all that grows.
  virtual nlohmann::json json_since(const HeldState& before) const = 0;
  // Both, without what they share.
  virtual std::pair<nlohmann::json, nlohmann::json> json_beside(const HeldState& other) const = 0;
};

// Of one kind. `evolve`, the state's JSON, and drop_shared and counts where there are such, are found beside the state.
template <class State, auto decode>
class HeldAs final : public HeldState {
 public:
  std::unique_ptr<HeldState> copy() const override { return std::make_unique<HeldAs>(*this); }
  std::uint64_t version() const override { return state_.version; }
  const std::type_info& type() const override { return typeid(State); }
  const void* value() const override { return &state_; }

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

  nlohmann::json json_since(const HeldState& before) const override {
    nlohmann::json since = json_beside(before).first;
    if constexpr (kGrows) since["counts"] = counts(state_);
    return since;
  }

  std::pair<nlohmann::json, nlohmann::json> json_beside(const HeldState& other) const override {
    if constexpr (kGrows) {
      State mine = state_, theirs = of(other);
      drop_shared(mine, theirs);
      return {mine, theirs};
    } else {
      return {state_, of(other)};
    }
  }

 private:
  // Prompts' do, with every version.
  static constexpr bool kGrows = requires(State& a, State& b) { drop_shared(a, b); };
  static const State& of(const HeldState& other) { return static_cast<const HeldAs&>(other).state_; }

  State state_;
};

}  // namespace ledger
