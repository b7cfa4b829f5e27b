#include "domain/score/value.hpp"

#include "domain/find_choice.hpp"

namespace ledger::score {

std::string_view to_text(Type type) {
  switch (type) {
    case Type::numeric:
      return "numeric";
    case Type::boolean:
      return "boolean";
    case Type::categorical:
      return "categorical";
    case Type::text:
      return "text";
    case Type::correction:
      return "correction";
  }
  return "unknown";
}

std::string_view to_text(TargetKind kind) {
  switch (kind) {
    case TargetKind::execution:
      return "execution";
    case TargetKind::trace:
      return "trace";
    case TargetKind::session:
      return "session";
    case TargetKind::version:
      return "version";
    case TargetKind::test_run:
      return "test_run";
  }
  return "unknown";
}

std::string_view to_text(Source source) {
  switch (source) {
    case Source::person:
      return "person";
    case Source::api:
      return "api";
    case Source::evaluator:
      return "evaluator";
  }
  return "unknown";
}

std::optional<Type> parse_type(std::string_view text) { return find_choice(kTypes, text); }
std::optional<TargetKind> parse_target_kind(std::string_view text) { return find_choice(kTargetKinds, text); }
std::optional<Source> parse_source(std::string_view text) { return find_choice(kSources, text); }

}  // namespace ledger::score
