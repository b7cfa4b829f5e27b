#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <thread>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/signals.hpp"

using namespace ledger::app;
using namespace std::chrono_literals;

namespace {

// Runs one skipped test case in a process of its own, whose threads are all younger than its Signals; the result is its exit status.
int exit_status_of(const std::string& test_case) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  std::string program = "/proc/self/exe";
  std::string only = "--test-case=" + test_case;
  std::string also_skipped = "--no-skip";
  char* arguments[] = {program.data(), only.data(), also_skipped.data(), nullptr};
  pid_t child = 0;
  const int fault = posix_spawn(&child, program.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  REQUIRE(fault == 0);
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

[[noreturn]] void hang_after_being_told_to_stop(int second) {
  alarm(20);   // never left behind
  const Signals signals;
  kill(getpid(), SIGINT);
  signals.wait();
  kill(getpid(), second);
  for (;;) pause();
}

void (*handler_of(int which))(int) {
  struct sigaction now {};
  sigaction(which, nullptr, &now);
  return now.sa_handler;
}

bool blocked(int which) {
  sigset_t now;
  pthread_sigmask(SIG_BLOCK, nullptr, &now);
  return sigismember(&now, which) == 1;
}

}  // namespace

TEST_CASE("a waiting thread is woken by a part of the program as well") {
  const Signals signals;
  const std::jthread part{[&] { signals.request_stop(); }};
  CHECK(signals.wait_for(10s));
}

TEST_CASE("stops after one signal" * doctest::skip()) {
  for (const int which : {SIGINT, SIGTERM}) {
    CAPTURE(which);
    const Signals signals;
    CHECK_FALSE(signals.stop_requested());
    CHECK_FALSE(signals.wait_for(1ms));
    kill(getpid(), which);
    signals.wait();
    CHECK(signals.stop_requested());
    CHECK(signals.token().stop_requested());
    CHECK(signals.wait_for(0ms));
  }
}

TEST_CASE("the first signal asks to stop") { CHECK(exit_status_of("stops after one signal") == 0); }

TEST_CASE("hangs after SIGINT and SIGINT" * doctest::skip()) { hang_after_being_told_to_stop(SIGINT); }
TEST_CASE("hangs after SIGINT and SIGTERM" * doctest::skip()) { hang_after_being_told_to_stop(SIGTERM); }

TEST_CASE("the second signal ends the process at once") {
  CHECK(exit_status_of("hangs after SIGINT and SIGINT") == 128 + SIGINT);
  CHECK(exit_status_of("hangs after SIGINT and SIGTERM") == 128 + SIGTERM);
}

TEST_CASE("a broken pipe ends nothing, and what was set before is set again") {
  auto* const before = handler_of(SIGPIPE);
  CHECK((before != SIG_IGN));
  {
    const Signals signals;
    CHECK((handler_of(SIGPIPE) == SIG_IGN));
    CHECK((blocked(SIGINT) && blocked(SIGTERM)));
  }
  CHECK((handler_of(SIGPIPE) == before));
  CHECK_FALSE((blocked(SIGINT) || blocked(SIGTERM)));
}
