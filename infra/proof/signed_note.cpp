#include "infra/proof/signed_note.hpp"

#include <algorithm>

#include "domain/utf8.hpp"
#include "infra/crypto/digest.hpp"
#include "infra/crypto/encoding.hpp"

namespace ledger::proof {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kDash = "\xE2\x80\x94 ";         // U+2014 and a space
constexpr char kEd25519 = '\x01';
constexpr std::size_t kKeyIdBytes = 4;

// Unicode's White_Space but for the control characters, which no note holds.
constexpr std::string_view kSpaces[] = {" ",  "\xC2\x85", "\xC2\xA0", "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81", "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85",
                                        "\xE2\x80\x86", "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8", "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};

std::string big_endian(std::uint32_t number) {
  return {static_cast<char>(number >> 24U), static_cast<char>(number >> 16U), static_cast<char>(number >> 8U), static_cast<char>(number)};
}

std::uint32_t number_of(std::string_view four_bytes) {
  std::uint32_t number = 0;
  for (const char byte : four_bytes) number = (number << 8U) | static_cast<unsigned char>(byte);
  return number;
}

std::string_view as_text(const crypto::PublicKey& key) { return {reinterpret_cast<const char*>(key.data()), key.size()}; }

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
}

std::optional<NoteSignature> parse_signature(std::string_view line) {
  if (!line.starts_with(kDash)) return std::nullopt;
  line.remove_prefix(kDash.size());
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const auto name = line.substr(0, space);
  const auto bytes = crypto::from_base64(line.substr(space + 1));
  if (!is_key_name(name) || !bytes || bytes->size() <= kKeyIdBytes) return std::nullopt;
  return NoteSignature{std::string(name), number_of(std::string_view(*bytes).substr(0, kKeyIdBytes)), bytes->substr(kKeyIdBytes)};
}

}  // namespace

bool is_key_name(std::string_view name) {
  return !name.empty() && is_utf8(name) && !has_control_character(name) && name.find_first_of("+\n") == std::string_view::npos &&
         std::ranges::none_of(kSpaces, [&](std::string_view space) { return name.find(space) != std::string_view::npos; });
}

std::optional<SignedNote> parse_note(std::string_view note) {
  if (note.size() > kLongestNote || !is_utf8(note) || has_control_character(note) || !note.ends_with('\n')) return std::nullopt;
  const auto blank = note.rfind("\n\n");
  if (blank == std::string_view::npos) return std::nullopt;
  SignedNote parsed{std::string(note.substr(0, blank + 1)), {}};
  auto lines = note.substr(blank + 2);
  while (!lines.empty()) {
    const auto end = lines.find('\n');
    auto signature = parse_signature(lines.substr(0, end));
    if (!signature || parsed.signatures.size() == kMostSignatures) return std::nullopt;
    parsed.signatures.push_back(std::move(*signature));
    lines.remove_prefix(end + 1);
  }
  if (parsed.signatures.empty()) return std::nullopt;
  return parsed;
}

std::string to_text(const SignedNote& note) {
  std::string text = note.text + '\n';
  for (const auto& each : note.signatures) {
    text.append(kDash).append(each.key_name) += ' ';
    text.append(crypto::to_base64(big_endian(each.key_id) + each.signature)) += '\n';
  }
  return text;
}

std::uint32_t key_id_of(std::string_view key_name, const crypto::PublicKey& key) {
  const auto digest = crypto::sha256(std::string(key_name).append("\n"sv).append(1, kEd25519).append(as_text(key)));
  return number_of(crypto::as_text(digest).substr(0, kKeyIdBytes));
}

std::string verifier_key(std::string_view key_name, const crypto::PublicKey& key) {
  return std::string(key_name) + '+' + crypto::to_hex(big_endian(key_id_of(key_name, key))) + '+' + crypto::to_base64(std::string(1, kEd25519).append(as_text(key)));
}

NoteSignature sign(std::string_view text, std::string_view key_name, const crypto::SigningKey& key) {
  return {std::string(key_name), key_id_of(key_name, key.public_key()), key.sign(text)};
}

bool is_signed_by(const SignedNote& note, std::string_view key_name, const crypto::PublicKey& key) {
  const auto key_id = key_id_of(key_name, key);
  bool found = false;
  for (const auto& each : note.signatures) {
    if (each.key_name != key_name || each.key_id != key_id) continue;
    if (!crypto::verify_signature(key, note.text, each.signature)) return false;
    found = true;
  }
  return found;
}

}  // namespace ledger::proof
