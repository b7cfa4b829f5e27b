#include "domain/event_codec.hpp"

#include <exception>

#include "domain/json.hpp"
#include "domain/json_text.hpp"

namespace ledger {
namespace {

constexpr std::string_view kPrefix = "promptledger.";
constexpr std::string_view kVersionMark = ".v";

}  // namespace

std::optional<TypeName> parse_type_name(std::string_view type) {
  if (!type.starts_with(kPrefix)) return std::nullopt;
  type.remove_prefix(kPrefix.size());
  const std::size_t mark = type.rfind(kVersionMark);
  if (mark == std::string_view::npos || mark == 0) return std::nullopt;
  const std::string_view digits = type.substr(mark + kVersionMark.size());
  TypeName out{.name = type.substr(0, mark)};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out.version);
  if (error != std::errc{} || end != digits.data() + digits.size() || out.version < 1 || digits.front() == '0')
    return std::nullopt;
  return out;
}

std::string type_name(std::string_view name, int version) {
  return std::string{kPrefix}.append(name).append(kVersionMark) + std::to_string(version);
}

std::string dump(const nlohmann::json& json) { return json.dump(); }

std::optional<std::string> read_object(std::string_view text, const std::function<void(const nlohmann::json&)>& read) {
  if (nests_deeper_than(text, kEventDepth))
    return "the data is nested deeper than " + std::to_string(kEventDepth) + " levels";
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return "the data is not a JSON object";
  try {
    read(json);
  } catch (const std::exception& error) {  // a member is missing or mistyped, or says what no version ever said
    return error.what();
  }
  return std::nullopt;
}

}  // namespace ledger
