#include "http/reading/subject_fields.hpp"

#include "domain/utf8.hpp"

namespace ledger::http {
namespace {

constexpr std::size_t kSubjectCharacters = 255;

}  // namespace

// The name itself goes no further than its pseudonym, so no rule of the log's or the database's applies to it.
std::optional<std::string> read_subject(Fields& fields) {
  auto subject = fields.optional_string("subject");
  if (!subject) return std::nullopt;
  const std::size_t characters = code_points(*subject);
  if (characters < 1 || characters > kSubjectCharacters) fields.refuse("subject", "must have 1 to " + std::to_string(kSubjectCharacters) + " characters");
  return subject;
}

}  // namespace ledger::http
