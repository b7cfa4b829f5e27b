#include "infra/config/file.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <system_error>

#include <nlohmann/json.hpp>

namespace ledger::config {
namespace {

using nlohmann::json;

constexpr std::uintmax_t kMaxFileBytes = 1024 * 1024;
constexpr int kDeepest = 2;            // the object, and the pairs of one setting

struct Refused {
  std::string why;
};

// The library would let the last of two equal keys win without a word.
json parse(const std::string& text) {
  std::vector<std::set<std::string>> keys;
  return json::parse(text, [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > kDeepest) throw Refused{"is nested too deep"};
    if (event == json::parse_event_t::object_start) keys.emplace_back();
    if (event == json::parse_event_t::object_end) keys.pop_back();
    if (event == json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
      throw Refused{"has the key \"" + parsed.get<std::string>() + "\" twice"};
    return true;
  });
}

FileEntry entry(const std::string& key, const json& value) {
  if (value.is_string()) return {key, Shape::text, {value.get<std::string>()}};
  if (value.is_number()) return {key, Shape::number, {value.dump()}};
  if (!value.is_object()) throw Refused{"has neither a text nor a number nor an object under \"" + key + '"'};
  FileEntry pairs{key, Shape::pairs, {}};
  for (const auto& [name, text] : value.items()) {
    if (!text.is_string()) throw Refused{"has something that is not a text under \"" + key + "\", \"" + name + '"'};
    // NAME=VALUE would be read with another name.
    if (name.find('=') != std::string::npos) throw Refused{"has a name with an equals sign under \"" + key + "\": \"" + name + '"'};
    pairs.values.push_back(name + "=" + text.get<std::string>());
  }
  return pairs;
}

std::string contents(const std::string& path) {
  std::error_code fault;
  if (!std::filesystem::is_regular_file(path, fault)) throw Refused{"is not a file that can be read"};
  const auto size = std::filesystem::file_size(path, fault);
  if (fault || size > kMaxFileBytes) throw Refused{"is larger than 1 MiB"};
  std::ifstream in{path, std::ios::binary};
  if (!in) throw Refused{"cannot be read; check its permissions"};
  return {std::istreambuf_iterator<char>{in}, {}};
}

}  // namespace

tl::expected<std::vector<FileEntry>, std::string> read_file(const std::string& path) {
  try {
    const json root = parse(contents(path));
    if (!root.is_object()) throw Refused{"is not a JSON object of settings"};
    std::vector<FileEntry> entries;
    for (const auto& [key, value] : root.items()) entries.push_back(entry(key, value));
    return entries;
  } catch (const Refused& refused) {
    return tl::unexpected("configuration file " + path + ' ' + refused.why);
  } catch (const json::parse_error& fault) {
    return tl::unexpected("configuration file " + path + " is not JSON: it breaks at byte " + std::to_string(fault.byte));
  } catch (const json::out_of_range&) {
    return tl::unexpected("configuration file " + path + " holds a number that is too large");
  }
}

}  // namespace ledger::config
