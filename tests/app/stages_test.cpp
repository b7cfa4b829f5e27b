#include <doctest/doctest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "app/stages.hpp"
#include "infra/logging/log.hpp"

using namespace ledger::app;
using namespace ledger;

namespace {

using Steps = std::vector<std::string>;

// A part that notes what happens to it.
void start(Stages& stages, Steps& steps, const std::string& name) {
  stages.start(name, [&steps, name] { steps.push_back("+" + name); }, [&steps, name] { steps.push_back("-" + name); });
}

}  // namespace

TEST_CASE("parts stop in the opposite order, once") {
  Steps steps;
  {
    Stages stages;
    start(stages, steps, "a");
    start(stages, steps, "b");
    stages.stop_all();
    CHECK(steps == Steps{"+a", "+b", "-b", "-a"});
  }
  CHECK(steps.size() == 4);
}

TEST_CASE("when a part cannot start, those before it are stopped and it is not") {
  Steps steps;
  CHECK_THROWS_WITH(
      [&] {
        Stages stages;
        start(stages, steps, "a");
        stages.start("b", [] { throw std::runtime_error{"no port"}; }, [&] { steps.emplace_back("-b"); });
      }(),
      "no port");
  CHECK(steps == Steps{"+a", "-a"});
}

TEST_CASE("a part that cannot stop does not keep the others from it") {
  Steps steps;
  {
    Stages stages;
    start(stages, steps, "a");
    stages.start("b", [] {}, [] { throw std::runtime_error{"stuck"}; });
    start(stages, steps, "c");
  }
  CHECK(steps == Steps{"+a", "+c", "-c", "-a"});
}

TEST_CASE("each step is told in the log") {
  Steps lines;
  {
    const logging::Session session{{.level = logging::Level::info, .format = logging::Format::text},
                                   [&](std::string_view line) { lines.emplace_back(line.substr(line.find(' ') + 1)); }};
    Stages stages;
    stages.start("a", [] {}, [] { throw std::runtime_error{"stuck"}; });
  }
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "info  starting part=a");
  CHECK(lines[1].starts_with("info  started part=a took_ms="));
  CHECK(lines[2] == "info  stopping part=a");
  CHECK(lines[3].starts_with("error did not stop in order part=a why=stuck took_ms="));
}
