#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "infra/logging/line.hpp"

// The process's log: lines on stderr, written by a thread of their own so that nobody who logs waits for a terminal or a disk. Any thread
// may log at any time. Lines carry words and fields: log(Level::warn, "partition halted", {{"topic", topic}, {"partition", 3}}).
namespace ledger::logging {

// Logs as the settings say while it lives; at its end everything logged has been written. Before and after, lines go to stderr as text
// at once. One at a time, owned by main.
class Session {
 public:
  // Takes each finished line, without its line break; called from the log's own thread.
  using Sink = std::function<void(std::string_view line)>;

  explicit Session(const config::LogSettings& settings);
  Session(const config::LogSettings& settings, Sink sink);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Lines lost because the reader of stderr did not keep up; the oldest go first.
  std::uint64_t lines_dropped() const;

  struct Writer;

 private:
  std::shared_ptr<Writer> writer_;
};

// Gives every line that this thread logs the request's id while it lives. The id must live longer.
class RequestScope {
 public:
  explicit RequestScope(std::string_view request_id);
  ~RequestScope();
  RequestScope(const RequestScope&) = delete;
  RequestScope& operator=(const RequestScope&) = delete;

 private:
  std::string_view before_;
};

bool logs(Level level);
void log(Level level, std::string_view message, std::initializer_list<Field> fields = {});

inline void debug(std::string_view message, std::initializer_list<Field> fields = {}) { log(Level::debug, message, fields); }
inline void info(std::string_view message, std::initializer_list<Field> fields = {}) { log(Level::info, message, fields); }
inline void warn(std::string_view message, std::initializer_list<Field> fields = {}) { log(Level::warn, message, fields); }
inline void error(std::string_view message, std::initializer_list<Field> fields = {}) { log(Level::error, message, fields); }

// One answered request. The path comes without the query, which may hold what nobody should read in a log.
struct Access {
  std::string_view request_id;
  std::string_view method;
  std::string_view path;
  std::string_view route;        // the operation; empty when there was none
  int status = 0;
  std::uint64_t duration_us = 0;
  std::uint64_t bytes_in = 0;    // of bodies
  std::uint64_t bytes_out = 0;
  std::string_view actor;        // empty when there was none
  std::string_view workspace;
  std::string_view client;       // address and port
  std::string_view problem;      // the problem's slug; empty for a success
};
void access(const Access& answered);

}  // namespace ledger::logging
