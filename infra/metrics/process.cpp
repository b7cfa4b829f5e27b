#include "infra/metrics/process.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

#include <sys/resource.h>

#include "infra/metrics/families.hpp"

namespace ledger::metrics {
namespace {

double seconds(const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; }

}  // namespace

ProcessFacts process_facts() {
  ProcessFacts facts;
  std::ifstream status{"/proc/self/status"};
  for (std::string word; status >> word;) {
    if (word == "VmRSS:" && status >> facts.resident_bytes) facts.resident_bytes *= 1024;   // given in kB
    else if (word == "Threads:") status >> facts.threads;
  }
  std::error_code fault;
  const std::filesystem::directory_iterator open_files{"/proc/self/fd", fault};
  if (!fault) facts.open_files = static_cast<double>(std::distance(begin(open_files), end(open_files)));
  rusage used{};
  if (getrusage(RUSAGE_SELF, &used) == 0) facts.cpu_seconds = seconds(used.ru_utime) + seconds(used.ru_stime);
  return facts;
}

void tell_process(Scrape& scrape, const std::string& version, std::chrono::steady_clock::time_point started) {
  const ProcessFacts facts = process_facts();
  scrape.value(kResidentMemory, {}, facts.resident_bytes);
  scrape.value(kThreads, {}, facts.threads);
  scrape.value(kOpenFiles, {}, facts.open_files);
  scrape.value(kCpuSeconds, {}, facts.cpu_seconds);
  scrape.value(kUptime, {}, std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count());
  scrape.value(kBuildInfo, {version}, 1);
}

}  // namespace ledger::metrics
