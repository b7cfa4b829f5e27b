#include "app/secret_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "infra/logging/log.hpp"

namespace ledger::app {
namespace {

namespace fs = std::filesystem;

bool others_can_read(const std::string& file) {
  std::error_code fault;
  const auto permissions = fs::status(file, fault).permissions();
  return !fault && (permissions & (fs::perms::group_read | fs::perms::others_read)) != fs::perms::none;
}

// All of it, on the disk. A file that is half there would be refused for ever.
bool write_all(int descriptor, const std::string& content) {
  std::size_t done = 0;
  while (done < content.size()) {
    const auto written = ::write(descriptor, content.data() + done, content.size() - done);
    if (written < 0 && errno != EINTR) return false;
    if (written > 0) done += static_cast<std::size_t>(written);
  }
  return ::fsync(descriptor) == 0;
}

}  // namespace

std::string read_secret_file(const std::string& file, const std::string& what) {
  std::ifstream in(file, std::ios::binary);
  if (!in || !fs::is_regular_file(file)) throw std::runtime_error(what + " cannot be read from " + file);
  if (others_can_read(file)) logging::warn("others can read " + what + ": chmod 600", {{"file", file}});
  return {std::istreambuf_iterator<char>(in), {}};
}

// Written beside, and then linked to its name: whoever comes second finds a whole file or none.
bool make_secret_file(const std::string& file, const std::string& what, const std::string& content) {
  std::string beside = file + ".XXXXXX";
  const int descriptor = ::mkstemp(beside.data());   // mode 600
  const auto fail = [&]() -> bool { throw std::runtime_error(what + " cannot be written to " + file + ": " + std::strerror(errno)); };
  if (descriptor < 0) return fail();
  const bool written = write_all(descriptor, content);
  ::close(descriptor);
  const bool linked = written && ::link(beside.c_str(), file.c_str()) == 0;
  const int why = errno;
  ::unlink(beside.c_str());
  errno = why;
  return linked || (written && why == EEXIST ? false : fail());
}

}  // namespace ledger::app
