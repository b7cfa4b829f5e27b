#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "domain/personal_text.hpp"
#include "domain/score.hpp"

// What a score says, and the words of scores, as the API and the events write them.
namespace ledger::score {

enum class Type : std::uint8_t { numeric, boolean, categorical, text, correction };
inline constexpr std::array kTypes{Type::numeric, Type::boolean, Type::categorical, Type::text, Type::correction};
std::string_view to_text(Type type);
std::optional<Type> parse_type(std::string_view text);

// Of a numeric score a number, of a boolean one a flag, of a categorical one a word; else a text: what somebody wrote about it, or what it should have been.
using Value = std::variant<Score, bool, std::string, PersonalText>;

// What it is said of.
enum class TargetKind : std::uint8_t { execution, trace, session, version, test_run };
inline constexpr std::array kTargetKinds{TargetKind::execution, TargetKind::trace, TargetKind::session, TargetKind::version, TargetKind::test_run};
std::string_view to_text(TargetKind kind);
std::optional<TargetKind> parse_target_kind(std::string_view text);

// By whom: a person, a program over the API, or an evaluator (a model or rule that judges).
enum class Source : std::uint8_t { person, api, evaluator };
inline constexpr std::array kSources{Source::person, Source::api, Source::evaluator};
std::string_view to_text(Source source);
std::optional<Source> parse_source(std::string_view text);

}  // namespace ledger::score
