#include "bench/load/batches.hpp"

#include <array>
#include <cstdio>
#include <exception>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

#include "bench/load/connection.hpp"

namespace ledger::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kBatch = "/api/v1/executions/batch";
constexpr std::string_view kRecorded = R"("status":"recorded")";

std::string make_prompt(const Target& target, const BatchLoad& load, const std::string& run) {
  const Answer made = Connection{target, load.answer_timeout_ms}.call(
      request(target, "POST", "/api/v1/prompts", R"({"category":"bench","name":")" + run + R"(-batch","tags":["bench"],"template":"Answer {{question}} in one sentence."})"));
  const std::string mark = R"("id":")";
  const auto at = made.body().find(mark);
  if (made.status() != 201 || at == std::string::npos) throw std::runtime_error{"cannot create a prompt: " + std::to_string(made.status()) + ' ' + made.body()};
  return made.body().substr(at + mark.size(), made.body().find('"', at + mark.size()) - at - mark.size());
}

std::string new_id(std::mt19937_64& random) {
  std::array<char, 37> text{};
  const auto high = random(), low = random();
  std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-%04x-%012llx", static_cast<unsigned>(high >> 32U), static_cast<unsigned>(high >> 16U & 0xffffU),
                static_cast<unsigned>(high & 0xfffU), static_cast<unsigned>(0x8000U | (low >> 48U & 0x3fffU)), static_cast<unsigned long long>(low & 0xffffffffffffULL));
  return text.data();
}

std::string new_batch(const std::string& prompt, std::size_t lines, std::mt19937_64& random) {
  std::string body;
  for (std::size_t n = 0; n < lines; ++n) {
    body.append(R"({"id":")").append(new_id(random)).append(R"(","prompt_id":")").append(prompt);
    body.append(R"(","version":1,"provider":"gemini","model":"gemini-2.5-flash","inputs":{"question":"How far is the moon?"},"user":"user-)").append(std::to_string(random() % 1'000));
    body.append(R"(","status":"completed","started_at":"2026-11-21T08:45:10.331472Z","completed_at":"2026-11-21T08:45:11.171472Z",)"
                R"("output":"On average 384,400 kilometres.","token_usage":{"input":120,"output":42},"cost_usd":0.000141})"
                "\n");
  }
  return body;
}

std::uint64_t count_of(std::string_view text, std::string_view what) {
  std::uint64_t count = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + what.size())) ++count;
  return count;
}

}  // namespace

MeasuredBatches run_batches(const Target& target, const BatchLoad& load, const std::string& run, const std::stop_token& stop) {
  const std::string prompt = make_prompt(target, load, run);
  std::mutex mutex;                    // of these two
  MeasuredBatches measured;
  std::exception_ptr broken;
  const auto begin = Clock::now();
  const auto send_batches = [&](unsigned client) {
    try {
      std::mt19937_64 random{std::random_device{}() + client};
      while (Clock::now() < begin + load.measured_ms && !stop.stop_requested()) {
        const auto body = new_batch(prompt, load.lines, random);
        const Answer answer = Connection{target, load.answer_timeout_ms}.call(request(target, "POST", kBatch, body, {}, "application/x-ndjson"));
        if (answer.status() != 200) throw std::runtime_error{"a batch was refused: " + std::to_string(answer.status()) + ' ' + answer.body()};
        const auto recorded = count_of(answer.body(), kRecorded);
        const std::lock_guard lock{mutex};
        measured.recorded += recorded;
        measured.others += load.lines - recorded;
        if (recorded < load.lines) measured.an_other = answer.body().substr(answer.body().find(R"("problem")"), 300);
      }
    } catch (...) {
      const std::lock_guard lock{mutex};
      broken = std::current_exception();
    }
  };
  {
    std::vector<std::jthread> clients;
    for (int n = 0; n < load.clients; ++n) clients.emplace_back(send_batches, static_cast<unsigned>(n));
  }
  if (broken) std::rethrow_exception(broken);
  measured.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  return measured;
}

}  // namespace ledger::bench
