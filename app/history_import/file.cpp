#include "app/history_import/file.hpp"

#include <filesystem>
#include <fstream>
#include <iomanip>
#include <stdexcept>

#include "app/progress.hpp"

namespace ledger::app {

ImportReport import_file(HistoryImporter& importer, const std::string& path, const Signals& signals) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("the file " + path + " cannot be read");
  Progress progress(std::filesystem::file_size(path));
  std::string line;
  std::uintmax_t bytes = 0;
  for (std::uint64_t number = 1; std::getline(file, line) && !signals.stop_requested(); ++number) {
    bytes += line.size() + 1;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    importer.line(number, line);
    progress.show(bytes, number, "rows");
  }
  return importer.finish();
}

void tell(std::ostream& out, const ImportReport& report, double seconds) {
  for (const auto& row : report.refused) out << "line " << row.line << " refused: " << row.why << '\n';
  for (const auto& row : report.failed) out << "line " << row.line << " failed: " << row.why << '\n';
  out << report.rows << " rows: " << report.applied << " applied, " << report.known << " known from an earlier import, " << report.unchanged << " unchanged, "
      << report.refused.size() << " refused, " << report.failed.size() << " failed, in " << std::fixed << std::setprecision(2) << seconds << " s ("
      << std::setprecision(0) << static_cast<double>(report.rows) / seconds << " rows/s)\n";
}

}  // namespace ledger::app
