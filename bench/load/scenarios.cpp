#include "bench/load/scenarios.hpp"

#include <chrono>
#include <stdexcept>

#include "bench/load/connection.hpp"

namespace ledger::bench {
namespace {

constexpr const char* kPrompts = "/api/v1/prompts";

std::string new_prompt(const std::string& name) {
  return R"({"category":"bench","name":")" + name +
         R"(","tags":["bench"],"template":"You are a careful reviewer. Read the following text and answer in {{language}}: what is its claim, )"
         R"(what supports it, and what would refute it? Say so when the text does not tell."})";
}

Answer expect_success(Answer answer, const std::string& what) {
  if (answer.status() / 100 != 2) throw std::runtime_error{"cannot " + what + ": " + std::to_string(answer.status()) + ' ' + answer.body()};
  return answer;
}

}  // namespace

std::string fresh_run_name() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return "run-" + std::to_string(std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

NextRequest creating_prompts(const Target& target, const std::string& run) {
  return [target, run, calls = std::uint64_t{0}](int client) mutable {
    return request(target, "POST", kPrompts, new_prompt(run + '-' + std::to_string(client) + '-' + std::to_string(calls++)));
  };
}

ReadingByName reading_by_name(const Target& target, const std::string& run, const Load& load) {
  Connection connection{target, load.answer_timeout_ms};
  const std::string name = run + "-read";
  const Answer created = expect_success(connection.call(request(target, "POST", kPrompts, new_prompt(name))), "create a prompt");
  const std::string path = std::string{kPrompts} + "/search/bench/" + name + "?label=latest&var.language=English";
  const Headers once_visible{{"Ledger-Min-Position", created.header("Ledger-Position")}};
  const Answer read = expect_success(connection.call(request(target, "GET", path, {}, once_visible)), "read the prompt by its name");
  return {.next = [bytes = request(target, "GET", path)](int) { return bytes; }, .answer = read.body()};
}

}  // namespace ledger::bench
