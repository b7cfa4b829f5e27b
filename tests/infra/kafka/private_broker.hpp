#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace ledger::kafka {

// A real broker for one test, which may stop, kill and pause it. Starting takes some seconds. It ends with this object, and also when the
// test's process dies.
class PrivateBroker {
 public:
  PrivateBroker();
  ~PrivateBroker();
  PrivateBroker(const PrivateBroker&) = delete;
  PrivateBroker& operator=(const PrivateBroker&) = delete;

  const std::string& address() const { return address_; }

  void start();                        // again, on the same port and data
  void kill();                         // kill -9
  void pause();                        // it keeps its connections, and answers nothing
  void resume();

 private:
  std::string order(std::string_view what);

  pid_t script_ = -1;
  int orders_ = -1;
  int answers_ = -1;
  std::string address_;
};

}  // namespace ledger::kafka
