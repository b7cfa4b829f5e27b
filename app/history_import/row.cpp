#include "app/history_import/row.hpp"

#include <optional>

#include "domain/json.hpp"
#include "domain/json_text.hpp"

namespace ledger::app {
namespace {

std::optional<HistoryRow::Op> parse_op(std::string_view text) {
  if (text == "created") return HistoryRow::Op::created;
  if (text == "changed") return HistoryRow::Op::changed;
  if (text == "removed") return HistoryRow::Op::removed;
  return std::nullopt;
}

}  // namespace

Result<HistoryRow, std::string> parse_history_row(std::string_view line) {
  const auto checked = parse_json_text(line);   // bounds depth, size and encoding before anything else looks at it
  if (!checked) return tl::unexpected("not readable as JSON: " + checked.error());
  const auto json = nlohmann::json::parse(checked->text);
  if (!json.is_object()) return tl::unexpected<std::string>("not a JSON object");

  std::string wrong;
  const auto text = [&](const char* field, bool required) -> std::string {
    const auto found = json.find(field);
    if (found == json.end()) {
      if (required && wrong.empty()) wrong = std::string("the field ") + field + " is missing";
      return {};
    }
    if (!found->is_string()) {
      if (wrong.empty()) wrong = std::string("the field ") + field + " is not a string";
      return {};
    }
    return found->get<std::string>();
  };
  const auto op = parse_op(text("op", true));
  const auto at = parse_rfc3339(text("at", true));
  HistoryRow row{op.value_or(HistoryRow::Op::created), text("act", true), {}, text("type", false), text("for_devs", false), {}, text("by", true), text("revision", false)};
  if (!wrong.empty()) return tl::unexpected(wrong);
  if (!op) return tl::unexpected<std::string>("the field op must be created, changed or removed");
  if (!at) return tl::unexpected<std::string>("the field at is not a time of RFC 3339");
  row.at = *at;
  row.text = text("prompt", row.op != HistoryRow::Op::removed);
  if (!wrong.empty()) return tl::unexpected(wrong);
  return row;
}

}  // namespace ledger::app
