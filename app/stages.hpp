#pragma once

#include <functional>
#include <string>
#include <vector>

namespace ledger::app {

// Starts the parts of the program one after the other and stops them in the opposite order, telling each step in the log. What was
// started is stopped at the latest when this ends, also when a later part could not start. One thread.
class Stages {
 public:
  using Act = std::function<void()>;

  Stages() = default;
  ~Stages();
  Stages(const Stages&) = delete;
  Stages& operator=(const Stages&) = delete;

  // Passes on what `start` throws; that part is then not stopped.
  void start(std::string name, const Act& start, Act stop);
  // A part that throws while it stops is logged, and the others are stopped all the same.
  void stop_all() noexcept;

 private:
  struct Stage {
    std::string name;
    Act stop;
  };
  std::vector<Stage> started_;
};

}  // namespace ledger::app
