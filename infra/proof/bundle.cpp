#include "infra/proof/bundle.hpp"

#include <charconv>
#include <stdexcept>

#include "domain/json.hpp"
#include "domain/json_text.hpp"
#include "log/link_reader.hpp"
#include "log/merkle.hpp"

namespace ledger::proof {
namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "promptledger/proof/1";

bool is_needed(std::string_view header) { return header == "content-type" || header.starts_with("ce_"); }

// Throws what nlohmann throws, and std::invalid_argument.
Bundle bundle_of(const json& in) {
  if (in.size() != 4 || in.at("format") != kFormat) throw std::invalid_argument{"it is no object of format \"" + std::string{kFormat} + "\""};
  const auto& record = in.at("record");
  if (record.size() != 3) throw std::invalid_argument{"its record has other members than key, headers and value"};
  // Member by member: what throws within braces within braces makes g++ 12 destroy the inner ones twice.
  Bundle bundle;
  record.at("key").get_to(bundle.record.key);
  record.at("value").get_to(bundle.record.value);
  in.at("checkpoint").get_to(bundle.checkpoint);
  for (const auto& header : record.at("headers")) {
    if (header.size() != 2) throw std::invalid_argument{"a header is no pair of name and value"};
    bundle.record.headers.emplace_back(header.at(0).get<std::string>(), header.at(1).get<std::string>());
  }
  for (const auto& text : in.at("inclusion")) {
    const auto hash = log::parse_hash(text.get_ref<const std::string&>());
    if (!hash) throw std::invalid_argument{"\"" + text.get<std::string>() + "\" is no hash"};
    bundle.inclusion.push_back(*hash);
  }
  return bundle;
}

std::optional<std::uint64_t> height_of(const log::Record& record) {
  const auto text = record.header("ce_height").value_or("");
  std::uint64_t height = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), height);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{height} : std::nullopt;
}

}  // namespace

Bundle make_bundle(const log::Record& record, std::vector<log::Hash> inclusion, std::string checkpoint) {
  Bundle bundle{.record = {record.key, {}, record.value}, .inclusion = std::move(inclusion), .checkpoint = std::move(checkpoint)};
  for (const auto& header : record.headers) {
    if (is_needed(header.first)) bundle.record.headers.push_back(header);
  }
  return bundle;
}

std::string to_json(const Bundle& bundle) {
  json headers = json::array();
  for (const auto& [name, value] : bundle.record.headers) headers.push_back({name, value});
  json inclusion = json::array();
  for (const auto& hash : bundle.inclusion) inclusion.push_back(log::to_text(hash));
  return json{{"format", kFormat},
              {"record", {{"key", bundle.record.key}, {"headers", std::move(headers)}, {"value", bundle.record.value}}},
              {"inclusion", std::move(inclusion)},
              {"checkpoint", bundle.checkpoint}}
      .dump();
}

Result<Bundle, std::string> parse_bundle(std::string_view text) {
  const auto canonical = parse_json_text(text);
  if (!canonical) return tl::unexpected(canonical.error());
  try {
    return bundle_of(json::parse(canonical->text));
  } catch (const json::exception& wrong) {
    return tl::unexpected(std::string{"it is not made like a bundle: "} + wrong.what());
  } catch (const std::invalid_argument& wrong) {
    return tl::unexpected(std::string{wrong.what()});
  }
}

Result<Proven, std::string> verify(const Bundle& bundle, const crypto::PublicKey& key) {
  const auto checkpoint = open_checkpoint(bundle.checkpoint, key);
  if (!checkpoint) return tl::unexpected("its checkpoint does not hold: " + checkpoint.error());
  const auto height = height_of(bundle.record);
  const auto hash = log::parse_hash(bundle.record.header("ce_hash").value_or(""));
  if (!height || !hash) return tl::unexpected(std::string{"its record has no height, or no hash"});
  if (!log::LinkReader::matches({*hash, *height, 0}, bundle.record)) return tl::unexpected(std::string{"its record is not what its hash says"});
  if (!log::verify_inclusion(log::leaf_hash(*hash), *height, checkpoint->size, bundle.inclusion, checkpoint->root)) {
    return tl::unexpected("its record is not the one that was signed at height " + std::to_string(*height) + " of " + checkpoint->origin);
  }
  return Proven{*checkpoint, *height, *hash};
}

}  // namespace ledger::proof
