#include "app/history_import/row.hpp"

#include "domain/json.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/fuzz/targets.hpp"

namespace ledger::fuzz {
namespace {

using app::HistoryRow;

std::string_view op_name(HistoryRow::Op op) {
  switch (op) {
    case HistoryRow::Op::created:
      return "created";
    case HistoryRow::Op::changed:
      return "changed";
    case HistoryRow::Op::removed:
      return "removed";
  }
  return "unknown";
}

std::string written(const HistoryRow& row) {
  const nlohmann::json line{{"op", op_name(row.op)}, {"act", row.name},          {"prompt", row.text},
                            {"type", row.type},      {"for_devs", row.for_devs}, {"at", to_rfc3339(row.at)},
                            {"by", row.by},          {"revision", row.revision}};
  return line.dump();
}

bool same(const HistoryRow& a, const HistoryRow& b) {
  return a.op == b.op && a.name == b.name && a.text == b.text && a.type == b.type && a.for_devs == b.for_devs &&
         a.at == b.at && a.by == b.by && a.revision == b.revision;
}

}  // namespace

void history_row(std::string_view input) {
  const auto row = app::parse_history_row(input);
  if (!row) {
    expect(!row.error().empty(), "a refused row is told why");
    return;
  }
  const auto again = app::parse_history_row(written(*row));
  expect(again && same(*again, *row), "a row survives being written");
}

}  // namespace ledger::fuzz
