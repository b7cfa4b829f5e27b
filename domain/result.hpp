#pragma once

#include <tl/expected.hpp>

namespace ledger {

// A value, or the reason why there is none. Expected outcomes travel this way; exceptions are for what nobody can
// handle locally.
template <class T, class E>
using Result = tl::expected<T, E>;

// Makes one visitor of several lambdas. Without a catch-all, so that a new alternative does not compile until it is
// handled.
template <class... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace ledger
