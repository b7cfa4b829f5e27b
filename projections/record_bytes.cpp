#include "projections/record_bytes.hpp"

#include <algorithm>

#include "infra/postgres/wire.hpp"

namespace ledger::projections {
namespace {

void put_sized(std::string& out, std::string_view bytes) {
  pg::wire::put_i32(out, static_cast<std::int32_t>(bytes.size()));
  out.append(bytes);
}

std::optional<std::string_view> take_sized(std::string_view& bytes) {
  if (bytes.size() < 4) return std::nullopt;
  const auto size = pg::wire::take<std::uint32_t>(bytes.data());
  bytes.remove_prefix(4);
  if (bytes.size() < size) return std::nullopt;
  const auto taken = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return taken;
}

}  // namespace

std::string encode_headers(const std::vector<log::Header>& headers) {
  std::string out;
  for (const auto& [name, value] : headers) {
    put_sized(out, name);
    put_sized(out, value);
  }
  return out;
}

std::optional<std::vector<log::Header>> decode_headers(std::string_view bytes) {
  std::vector<log::Header> headers;
  headers.reserve(24);
  while (!bytes.empty()) {
    const auto name = take_sized(bytes);
    const auto value = name ? take_sized(bytes) : std::nullopt;
    if (!value) return std::nullopt;
    headers.emplace_back(*name, *value);
  }
  return headers;
}

std::string_view bytes_of(const log::Hash& hash) { return {reinterpret_cast<const char*>(hash.data()), hash.size()}; }

log::Hash hash_of(std::string_view bytes) {
  log::Hash hash{};
  if (bytes.size() == hash.size()) std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(hash.data()));
  return hash;
}

}  // namespace ledger::projections
