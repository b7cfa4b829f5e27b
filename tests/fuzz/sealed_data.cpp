#include <functional>

#include "infra/crypto/sealed_text.hpp"
#include "infra/sealing/envelope.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

// The input is the `data` of a sealed text that somebody made up, and behind the first line break a text to be sealed.
void sealed_data(std::string_view input) {
  static const auto key = crypto::SecretKey::of("a key with 256 bits for the fuzz").value();

  std::string_view text = input;
  const std::string_view made_up = take_until(text, '\n');
  if (const auto envelope = sealing::parse_envelope(made_up)) {
    expect(sealing::to_text(*envelope) == made_up, "there is one text for an envelope");
    expect(!crypto::open_text(key, "here", envelope->sealed), "nobody makes up a sealed text");
  }
  expect(!crypto::open_text(key, "here", input), "nor one that is none");

  const std::string sealed = crypto::seal_text(key, "here", text);
  expect(crypto::open_text(key, "here", sealed) == text, "a text survives its sealing");
  expect(!crypto::open_text(key, "there", sealed), "elsewhere it does not open");

  // One bit changed anywhere, the place chosen by the input.
  std::string tampered = sealed;
  char& byte = tampered[std::hash<std::string_view>{}(input) % tampered.size()];
  byte = static_cast<char>(byte ^ 1 << input.size() % 8);
  expect(!crypto::open_text(key, "here", tampered), "a changed one does not open");
}

}  // namespace ledger::fuzz
