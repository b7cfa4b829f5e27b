#include "infra/proof/checkpoint.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "infra/crypto/encoding.hpp"
#include "infra/proof/signed_note.hpp"

namespace ledger::proof {
namespace {

// Takes a line away from the front; nothing when there is none, or an empty one.
std::optional<std::string_view> take_line(std::string_view& text) {
  const auto end = text.find('\n');
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const auto line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

// Decimal digits and nothing else, without leading zeros.
std::optional<std::uint64_t> parse_size(std::string_view digits) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
  if (error != std::errc{} || std::to_string(size) != digits) return std::nullopt;
  return size;
}

std::optional<log::Hash> parse_root(std::string_view text) {
  const auto bytes = crypto::from_base64(text);
  log::Hash hash{};
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  std::ranges::copy(*bytes, hash.begin());
  return hash;
}

}  // namespace

std::string origin_of(std::string_view ledger, const log::PartitionId& partition) {
  return "promptledger/" + std::string(ledger) + "/" + partition.topic + "/" + std::to_string(partition.number);
}

std::string to_text(const Checkpoint& checkpoint) {
  const std::string_view root{reinterpret_cast<const char*>(checkpoint.root.data()), checkpoint.root.size()};
  return checkpoint.origin + '\n' + std::to_string(checkpoint.size) + '\n' + crypto::to_base64(root) + '\n';
}

Result<Checkpoint, std::string> parse_checkpoint(std::string_view text) {
  const auto origin = take_line(text);
  if (!origin || !is_key_name(*origin)) return tl::unexpected(std::string("its first line is no origin"));
  const auto size_line = take_line(text);
  const auto size = size_line ? parse_size(*size_line) : std::nullopt;
  if (!size) return tl::unexpected(std::string("its second line is no tree size"));
  const auto root_line = take_line(text);
  const auto root = root_line ? parse_root(*root_line) : std::nullopt;
  if (!root) return tl::unexpected(std::string("its third line is no root hash"));
  if (!text.empty()) return tl::unexpected(std::string("it has more than three lines"));
  return Checkpoint{std::string(*origin), *size, *root};
}

std::string sign(const Checkpoint& checkpoint, const crypto::SigningKey& key) {
  const std::string text = to_text(checkpoint);
  return to_text(SignedNote{text, {sign(text, checkpoint.origin, key)}});
}

Result<Checkpoint, std::string> open_checkpoint(std::string_view note, const crypto::PublicKey& key) {
  const auto parsed = parse_note(note);
  if (!parsed) return tl::unexpected(std::string("it is no signed note"));
  auto checkpoint = parse_checkpoint(parsed->text);
  if (checkpoint && !is_signed_by(*parsed, checkpoint->origin, key)) return tl::unexpected("it is not signed by this key as " + checkpoint->origin);
  return checkpoint;
}

}  // namespace ledger::proof
