#pragma once

#include <string>

namespace ledger {

// Text that can be erased without touching the log (design rule 8). Either as it was given, or sealed under the key of the
// person it is about: then whoever has no key any more sees that there was something, and nothing else.
struct PersonalText {
  std::string text;     // as given; sealed: base64url of what infra/crypto made of it
  std::string subject;  // whose key it is sealed under; empty: not sealed

  bool sealed() const { return !subject.empty(); }
  bool empty() const { return text.empty(); }
  bool operator==(const PersonalText&) const = default;
};

}  // namespace ledger
