#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "domain/json_path/fault.hpp"
#include "domain/result.hpp"

namespace ledger::json_path {

inline constexpr std::size_t kRegexpInstructions = 10'000;  // of one pattern, its repetitions written out
inline constexpr int kRegexpNesting = 32;                   // groups within each other

// A pattern of I-Regexp (RFC 9485), as a program that follows all its alternatives at once: there is no way back in the text, so that the time
// is at most the text's length times the program's. ^ and $ stand for the text's beginning and end, as in the engines that section 5 maps patterns to.
class Regexp {
 public:
  // What is no I-Regexp, or would be longer than kRegexpInstructions, is a fault.
  static Result<Regexp, Fault> compile(std::string_view pattern);

  // Whether the whole text, or any part of it, is what the pattern says. Each instruction that is looked at is taken from `steps`; nothing
  // when there are none left.
  std::optional<bool> matches(std::string_view text, std::size_t& steps) const;
  std::optional<bool> finds(std::string_view text, std::size_t& steps) const;

  // Characters of which one is wanted.
  struct Set {
    struct Range {
      char32_t from, to;
    };
    std::vector<Range> ranges = {};
    std::uint32_t categories = 0;  // bits of unicode_category.hpp
    bool negated = false;

    bool holds(char32_t character) const;
  };
  struct Instruction {
    enum class Does : std::uint8_t { take, fork, jump, at_begin, at_end, accept };
    Does does = Does::accept;
    std::uint32_t to = 0;         // take: the set; fork, jump: the instruction
    std::uint32_t otherwise = 0;  // fork: the other instruction
  };
  struct Program {
    std::vector<Set> sets;
    std::vector<Instruction> instructions;
  };

 private:
  explicit Regexp(std::shared_ptr<const Program> program) : program_(std::move(program)) {}
  std::optional<bool> run(std::string_view text, bool anywhere, std::size_t& steps) const;

  std::shared_ptr<const Program> program_;  // never changed: copies share it
};

}  // namespace ledger::json_path
