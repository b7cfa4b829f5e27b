#include "tests/infra/kafka/private_broker.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

namespace ledger::kafka {

namespace {

constexpr const char* kScript = LEDGER_SOURCE_DIR "/tests/infra/kafka/private_broker.sh";
constexpr int kAnswerMs = 120'000;

void require(bool ok, const char* what) {
  if (!ok) throw std::runtime_error(std::string{"the private broker: "} + what);
}

}  // namespace

PrivateBroker::PrivateBroker() {
  int orders[2];
  int answers[2];
  require(pipe2(orders, O_CLOEXEC) == 0 && pipe2(answers, O_CLOEXEC) == 0, "no pipes");
  script_ = fork();
  require(script_ >= 0, "no process");
  if (script_ == 0) {
    dup2(orders[0], STDIN_FILENO);
    dup2(answers[1], STDOUT_FILENO);
    execl(kScript, kScript, static_cast<char*>(nullptr));
    _exit(127);
  }
  close(orders[0]);
  close(answers[1]);
  orders_ = orders[1];
  answers_ = answers[0];
  start();
}

PrivateBroker::~PrivateBroker() {
  close(orders_);
  int status = 0;
  waitpid(script_, &status, 0);        // the script bounds its own ending
  close(answers_);
}

void PrivateBroker::start() {
  const auto answer = order("start\n");
  require(answer.starts_with("ready "), "it does not start");
  address_ = answer.substr(6);
}

void PrivateBroker::kill() { order("kill\n"); }
void PrivateBroker::pause() { order("pause\n"); }
void PrivateBroker::resume() { order("resume\n"); }

std::string PrivateBroker::order(std::string_view what) {
  require(write(orders_, what.data(), what.size()) == static_cast<ssize_t>(what.size()), "its script is gone");
  std::string answer;
  for (;;) {
    pollfd ready{.fd = answers_, .events = POLLIN, .revents = 0};
    require(poll(&ready, 1, kAnswerMs) == 1, "its script does not answer");
    char letter = 0;
    require(read(answers_, &letter, 1) == 1, "its script ended");
    if (letter == '\n') return answer;
    answer += letter;
  }
}

}  // namespace ledger::kafka
