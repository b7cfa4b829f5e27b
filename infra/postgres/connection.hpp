#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "infra/postgres/fault.hpp"
#include "infra/postgres/handles.hpp"
#include "infra/postgres/params.hpp"
#include "infra/postgres/rows.hpp"
#include "infra/postgres/statement.hpp"

namespace ledger::pg {

struct ConnectionSettings {
  std::string url;  // postgresql://… ; may hold a password: never logged
  std::string application_name = "promptledger";
  std::string search_path;         // empty: the server's default
  bool synchronous_commit = true;  // off is safe for read models only: their checkpoint is in the same transaction
  std::chrono::milliseconds connect_timeout_ms{5'000};
  std::chrono::milliseconds statement_timeout_ms{
      10'000};  // by the server; the client gives up kGrace later, when the server is stuck
  std::chrono::milliseconds lock_timeout_ms{5'000};
  std::chrono::milliseconds idle_in_transaction_timeout_ms{30'000};
  std::chrono::milliseconds tcp_user_timeout_ms{10'000};
};

struct Notification {
  std::string channel, payload;
};

// One session with the server. One thread at a time. Every call waits a bounded time and throws pg::Fault when it
// fails; after a fault that concerns the session usable() is false, and the only way on is another Connection.
class Connection {
 public:
  static constexpr std::chrono::milliseconds kGrace{2'000};

  explicit Connection(const ConnectionSettings& settings);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Prepares the statement when this session has not yet, and runs it.
  Rows run(const Statement& statement, const Params& params = {});
  // Runs SQL composed at run time; values go in as parameters all the same.
  Rows query(std::string_view sql, const Params& params = {});
  // Several statements without parameters, in one implicit transaction unless there is one.
  void script(std::string_view sql);
  // Checks a statement's SQL against the tables, without running it.
  void prepare(const Statement& statement);

  void listen(std::string_view channel);
  // What has come; waits at most that long for the first.
  std::vector<Notification> notifications(std::chrono::milliseconds timeout);

  bool usable() const;
  bool in_transaction() const;
  std::int32_t backend_pid() const;

  // From now on this session waits that long for the server. For work known to take long, such as building an index.
  void allow(std::chrono::milliseconds statement_timeout_ms);

  // Within its scope no call waits longer than this for the server, however long statements may take. A call that would
  // is a time-out, and the session is not usable any more: an answer is still on its way.
  class Patience {
   public:
    Patience(Connection& connection, std::chrono::milliseconds answer_within);
    ~Patience() { connection_.answer_within_ = before_; }
    Patience(const Patience&) = delete;
    Patience& operator=(const Patience&) = delete;

   private:
    Connection& connection_;
    const std::chrono::milliseconds before_;
  };

 private:
  friend class CopyIn;

  void dispatched(int accepted);
  PgResult finish();                      // all of the command's results; throws the first failure
  void pump(std::function<bool()> done);  // moves bytes both ways until it is done
  bool wait(bool readable, bool writable, std::chrono::steady_clock::time_point deadline);
  [[noreturn]] void fail(const pg_result* result);
  [[noreturn]] void broken(Code code, const std::string& what);

  PgConn handle_;
  std::chrono::milliseconds answer_within_;
  std::unordered_set<std::string> prepared_;
  bool spoilt_ = false;
};

// BEGIN … COMMIT by scope: what is not committed when it ends is rolled back.
class Transaction {
 public:
  explicit Transaction(Connection& connection, std::string_view begin = "BEGIN");
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  void commit();
  void rollback();

 private:
  Connection& connection_;
  bool open_ = true;
};

// Quotes a name for SQL composed at run time.
std::string quote_name(std::string_view name);

}  // namespace ledger::pg
