#include "infra/logging/log.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <utility>

#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>

namespace ledger::logging {
namespace {

constexpr std::size_t kQueuedLines = 8'192;

class CallingSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit CallingSink(Session::Sink take) : take_{std::move(take)} {}

 private:
  void sink_it_(const spdlog::details::log_msg& line) override { take_({line.payload.data(), line.payload.size()}); }
  void flush_() override {}

  Session::Sink take_;
};

void write_to_stderr(std::string_view line) {
  std::string whole{line};
  whole += '\n';
  (void)std::fwrite(whole.data(), 1, whole.size(), stderr);   // a closed stderr leaves nowhere to tell
}

// Whoever logs keeps the writer until the line is queued.
std::mutex session_mutex;
std::shared_ptr<Session::Writer> session_writer;
std::atomic<Level> least{Level::info};
thread_local std::string_view current_request;

}  // namespace

struct Session::Writer {
  Writer(const config::LogSettings& settings, Sink sink)
      : format{settings.format},
        pool{std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1)},
        logger{std::make_shared<spdlog::async_logger>("ledger", std::make_shared<CallingSink>(std::move(sink)), pool,
                                                      spdlog::async_overflow_policy::overrun_oldest)} {}
  // Writes what is queued and joins the pool's thread, before the logger that it writes to goes.
  ~Writer() { pool.reset(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  Format format;
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
};

Session::Session(const config::LogSettings& settings) : Session{settings, write_to_stderr} {}

Session::Session(const config::LogSettings& settings, Sink sink) : writer_{std::make_shared<Writer>(settings, std::move(sink))} {
  least = settings.level;
  const std::lock_guard lock{session_mutex};
  session_writer = writer_;
}

Session::~Session() {
  const std::lock_guard lock{session_mutex};
  session_writer.reset();
  least = Level::info;
}

std::uint64_t Session::lines_dropped() const { return writer_->pool->overrun_counter(); }

RequestScope::RequestScope(std::string_view request_id) : before_{std::exchange(current_request, request_id)} {}
RequestScope::~RequestScope() { current_request = before_; }

bool logs(Level level) { return level >= least.load(std::memory_order_relaxed); }

namespace {

std::shared_ptr<Session::Writer> present_writer() {
  const std::lock_guard lock{session_mutex};
  return session_writer;
}

void write(Level level, std::string_view message, std::string_view request_id, std::span<const Field> fields) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const Line line{.time = now, .level = level, .message = message, .request_id = request_id, .fields = fields};
  const auto writer = present_writer();
  if (!writer) return write_to_stderr(render(line, Format::text));
  writer->logger->log(spdlog::level::info, render(line, writer->format));
}

}  // namespace

void log(Level level, std::string_view message, std::initializer_list<Field> fields) {
  if (logs(level)) write(level, message, current_request, fields);
}

void access(const Access& answered) {
  if (!logs(Level::info)) return;
  const Field fields[] = {
      {"method", answered.method},     {"path", answered.path},           {"route", answered.route},         {"status", answered.status},
      {"duration_us", answered.duration_us}, {"bytes_in", answered.bytes_in}, {"bytes_out", answered.bytes_out}, {"actor", answered.actor},
      {"workspace", answered.workspace}, {"client", answered.client},     {"problem", answered.problem},
  };
  write(Level::info, "request", answered.request_id, fields);
}

}  // namespace ledger::logging
