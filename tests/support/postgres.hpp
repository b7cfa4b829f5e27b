#pragma once

#include <cstdlib>
#include <random>
#include <stdexcept>
#include <string>

#include "infra/postgres/connection.hpp"

namespace ledger::test {

// The server that tests use. Its absence is a failure, not a skipped test.
inline std::string postgres_url() {
  const char* url = std::getenv("PROMPTLEDGER_TEST_POSTGRES");
  if (url == nullptr || *url == '\0')
    throw std::runtime_error{"PROMPTLEDGER_TEST_POSTGRES is not set: deploy/servers env prints it"};
  return url;
}

// A database of its own for one test case, dropped when the case ends.
class Database {
 public:
  Database() : name_{"test_" + std::to_string(std::random_device{}()) + "_" + std::to_string(std::random_device{}())} {
    admin().script("CREATE DATABASE " + name_);
    const std::string url = postgres_url();
    const auto slash = url.rfind('/');
    const auto query = url.find('?', slash);
    settings_.url = url.substr(0, slash + 1) + name_ + (query == std::string::npos ? "" : url.substr(query));
    settings_.synchronous_commit = false;
  }
  ~Database() {
    try {
      admin().script("DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
    } catch (const std::exception&) {
      // The server went away before the test ended, and its throw-away data with it.
    }
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  const pg::ConnectionSettings& settings() const { return settings_; }
  pg::ConnectionSettings settings(const std::string& search_path) const {
    auto settings = settings_;
    settings.search_path = search_path;
    return settings;
  }

 private:
  static pg::Connection admin() {
    pg::ConnectionSettings settings;
    settings.url = postgres_url();
    settings.statement_timeout_ms = std::chrono::seconds{60};
    return pg::Connection{settings};
  }

  std::string name_;
  pg::ConnectionSettings settings_;
};

}  // namespace ledger::test
