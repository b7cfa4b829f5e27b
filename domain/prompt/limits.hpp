#pragma once

#include <cstddef>

// Every limit of a prompt, in one place. Characters are code points, bytes are of UTF-8.
namespace ledger::prompt::limits {

inline constexpr std::size_t kKiB = 1024;

inline constexpr std::size_t kNameCharacters = 255;
inline constexpr std::size_t kCategoryCharacters = 255;
inline constexpr std::size_t kTitleCharacters = 255;
inline constexpr std::size_t kDescriptionCharacters = 10'000;
inline constexpr std::size_t kReasonCharacters = 2'000;
inline constexpr std::size_t kChangeLogCharacters = 10'000;
inline constexpr std::size_t kExplanationCharacters = 10'000;
inline constexpr std::size_t kSourceCharacters = 255;
inline constexpr std::size_t kRequestIdCharacters = 128;

inline constexpr std::size_t kTags = 100;
inline constexpr std::size_t kTagCharacters = 64;
inline constexpr std::size_t kLabelCharacters = 36;  // of [a-z0-9_.-]
inline constexpr std::size_t kLabels = 100;          // on one prompt

inline constexpr std::size_t kMetadataBytes = 64 * kKiB;
inline constexpr std::size_t kConfigBytes = 256 * kKiB;

// All text of one version together. The encoded record has 2 MiB; JSON doubles a quote, a backslash or a line break. So
// 960 KiB of text take at most 1,920 KiB of it in any text that people write, and leave 128 KiB for headers and the
// short fields. What still goes past 2 MiB (control characters take six bytes, or metadata and config are near their
// limits as well) is refused by the writer, which measures the record itself.
inline constexpr std::size_t kRecordBytes = 2048 * kKiB;
inline constexpr std::size_t kHeadroomBytes = 64 * kKiB;
inline constexpr std::size_t kTemplateBytes = 1024 * kKiB - kHeadroomBytes;
static_assert(2 * kTemplateBytes + 2 * kHeadroomBytes <= kRecordBytes);

inline constexpr std::size_t kMessages = 500;
inline constexpr std::size_t kRoleCharacters = 64;

inline constexpr std::size_t kVariables = 100;
inline constexpr std::size_t kVariableNameCharacters = 255;
inline constexpr std::size_t kVariableDescriptionCharacters = 2'000;
inline constexpr std::size_t kOptions = 100;
inline constexpr std::size_t kVariableValueBytes = 16 * kKiB;  // of a default or an option

// A template may repeat a variable; this bounds what it grows to.
inline constexpr std::size_t kRenderedBytes = 8192 * kKiB;

}  // namespace ledger::prompt::limits
