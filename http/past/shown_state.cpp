#include "http/past/shown_state.hpp"

#include "domain/json.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;

// Where the codecs put personal text, beside the top: what users send as JSON stands elsewhere.
constexpr const char* kParts[] = {"request", "ending", "opinion", "given", "scan", "from", "to"};

void hide_sealed(json& part) {
  if (!part.is_object()) return;
  for (auto& [name, value] : part.items()) {
    if (name.starts_with("sealed_") && value.is_object()) value.erase("data");
  }
}

}  // namespace

void hide_secrets(json& document) {
  if (!document.is_object()) return;
  document.erase("secret_sha256");
  hide_sealed(document);
  for (const auto* const name : kParts) {
    if (const auto part = document.find(name); part != document.end()) hide_sealed(*part);
  }
}

json shown_state(const StreamState& state) {
  if (!state.exists()) return json::object();
  json shown = state.to_json();
  hide_secrets(shown);
  return shown;
}

json shown_patch(const StreamState& before, const StreamState& after) {
  if (!before.exists()) return json::diff(json::object(), shown_state(after));
  return patch_between(before, after, hide_secrets);
}

}  // namespace ledger::http
