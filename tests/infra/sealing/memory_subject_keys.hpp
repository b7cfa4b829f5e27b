#pragma once

#include <algorithm>
#include <set>
#include <vector>

#include "infra/sealing/keys_to_rewrap.hpp"
#include "infra/sealing/subject_keys.hpp"

namespace ledger::test {

// Subjects' keys in memory, by the same rules as in the database.
class MemorySubjectKeys final : public sealing::SubjectKeys, public sealing::KeysToRewrap {
 public:
  std::optional<sealing::WrappedKey> of_subject(const std::string& workspace, const std::string& subject) override {
    const auto found = std::ranges::find_if(keys, [&](const auto& key) { return key.workspace == workspace && key.subject == subject; });
    return found == keys.end() ? std::nullopt : std::optional{*found};
  }
  std::vector<sealing::WrappedKey> find(const std::vector<std::string>& ids) override {
    ++looks;
    std::vector<sealing::WrappedKey> found;
    std::ranges::copy_if(keys, std::back_inserter(found), [&](const auto& key) { return std::ranges::find(ids, key.id) != ids.end(); });
    return found;
  }
  sealing::WrappedKey keep(const sealing::WrappedKey& key) override {
    if (const auto there = of_subject(key.workspace, key.subject)) return *there;
    keys.push_back(key);
    return key;
  }
  std::vector<std::string> masters(std::chrono::milliseconds) override {
    std::set<std::string> all;
    for (const auto& key : keys) all.insert(key.master);
    return {all.begin(), all.end()};
  }

  std::vector<sealing::WrappedKey> under_others(const std::string& master, const std::string& after, std::size_t most) override {
    auto sorted = keys;
    std::ranges::sort(sorted, {}, &sealing::WrappedKey::id);
    std::erase_if(sorted, [&](const auto& key) { return key.master == master || key.id <= after; });
    sorted.resize(std::min(sorted.size(), most));
    return sorted;
  }
  void put(const sealing::WrappedKey& key, const std::string& before) override {
    for (auto& kept : keys) {
      if (kept.id == key.id && kept.master == before) kept = key;
    }
  }

  std::vector<sealing::WrappedKey> keys;
  int looks = 0;                       // for keys by their ids
};

}  // namespace ledger::test
