#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/access/api_key.hpp"
#include "domain/access/workspace.hpp"
#include "infra/postgres/pool.hpp"

namespace ledger::projections {

struct ApiKeyEntry {
  std::string id;
  api_key::State state;  // a revoked one says so
};

struct WorkspaceEntry {
  std::string id;
  workspace::State state;
};

// A page of a list, oldest first; it goes on behind the last entry's time and id.
struct AccessMark {
  Timestamp created_at{};
  std::string id;
};

// How many keys there are, and how many are revoked. Keys are only ever made and revoked, so every change shows in it.
struct KeyCounts {
  std::int64_t made = 0, revoked = 0;
  bool operator==(const KeyCounts&) const = default;
};
KeyCounts key_counts(pg::Connection& connection);

// Reads who may do what. Thread-safe. Throws pg::Fault.
class AccessQueries {
 public:
  explicit AccessQueries(pg::Pool& pool) : pool_{pool} {}

  // By the SHA-256 of its secret in lower-case hexadecimal; revoked ones too.
  std::optional<ApiKeyEntry> key_by_secret(const std::string& secret_sha256);
  std::optional<ApiKeyEntry> key_by_public_id(const std::string& public_id);
  std::optional<ApiKeyEntry> key(const std::string& workspace, const std::string& id);
  std::vector<ApiKeyEntry> keys(const std::string& workspace, const std::optional<AccessMark>& after, int limit);
  // False on a fresh ledger: the first key has yet to be made.
  bool any_key();

  std::optional<WorkspaceEntry> workspace(const std::string& id);
  std::optional<WorkspaceEntry> workspace_by_name(const std::string& name);
  std::vector<WorkspaceEntry> workspaces(const std::optional<AccessMark>& after, int limit);

 private:
  pg::Pool& pool_;
};

}  // namespace ledger::projections
