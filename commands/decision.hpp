#pragma once

#include <cstdint>
#include <optional>

#include "commands/rejection.hpp"
#include "domain/recorded_event.hpp"
#include "domain/result.hpp"

namespace ledger {

// What becomes of a command: one event, no event because it is already so, or a refusal.
template <class E>
using Decision = Result<std::optional<E>, Rejection>;

// A stream's version as the caller last saw it (If-Match); nothing when he did not say.
using ExpectedVersion = std::optional<std::uint64_t>;

// Nothing when the stream stands where the caller expects it, or he expects nothing; else stale_version with the
// present version.
std::optional<Rejection> check_expected(std::uint64_t version, const ExpectedVersion& expected);

// What every command carries beside itself: an actor, and a reason that is not too long. Nothing when both are fine.
std::optional<Rejection> check_meta(const Meta& meta);

}  // namespace ledger
