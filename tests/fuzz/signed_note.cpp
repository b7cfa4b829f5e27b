#include "infra/proof/signed_note.hpp"

#include "infra/proof/checkpoint.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {

// The input is a note; then a checkpoint's text.
void signed_note(std::string_view input) {
  const crypto::PublicKey nobody{};
  if (const auto note = proof::parse_note(input)) {
    expect(proof::to_text(*note) == input, "a note has one spelling");
    expect(!note->signatures.empty() && note->text.ends_with('\n'), "a note is a text with signatures");
    for (const auto& each : note->signatures) expect(proof::is_key_name(each.key_name), "a signature has a key's name");
    expect(!proof::open_checkpoint(input, nobody), "nobody signs");
  }
  if (const auto checkpoint = proof::parse_checkpoint(input)) expect(proof::to_text(*checkpoint) == input, "a checkpoint has one spelling");
}

}  // namespace ledger::fuzz
