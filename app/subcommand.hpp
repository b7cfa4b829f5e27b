#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/exit_status.hpp"
#include "app/signals.hpp"
#include "infra/config/table.hpp"

namespace ledger::app {

// One thing that a subcommand is told on its command line and that is no setting.
struct Argument {
  enum class Kind : std::uint8_t { positional, option, flag };
  struct Range {
    long least;
    long most;
  };

  Kind kind = Kind::option;
  std::string name;                        // kebab-case; of an option without its dashes
  std::string value_name = {};             // in --help
  std::string help = {};
  std::optional<std::string> usual = {};   // without one it must be given (a flag never must)
  std::vector<std::string> choices = {};   // when only these words will do
  std::optional<Range> range = {};         // when it is a whole number
  bool many = false;                       // a positional one: it may be given more than once
};

// The arguments of one call, checked against their declaration. Asking for one that is not declared is our own bug.
class Arguments {
 public:
  void put(const std::string& name, std::string value) { values_[name] = {std::move(value)}; }
  void add(const std::string& name, std::string value) { values_[name].push_back(std::move(value)); }
  bool has(const std::string& name) const { return values_.contains(name); }
  const std::string& text(const std::string& name) const { return values_.at(name).front(); }
  const std::vector<std::string>& texts(const std::string& name) const { return values_.at(name); }   // at least one
  long number(const std::string& name) const { return std::stol(text(name)); }
  bool flag(const std::string& name) const { return has(name); }

 private:
  std::map<std::string, std::vector<std::string>> values_;
};

// One call of a subcommand.
struct Invocation {
  const config::Settings& settings;
  const Arguments& arguments;
  const Signals& signals;                  // what runs for long looks at these, or Ctrl-C has to be pressed twice
  std::ostream& out;                       // what was asked for; progress and faults go to the log
};

struct Subcommand {
  std::string name;
  std::string summary;                     // one line of --help
  std::vector<config::Section> settings;   // the ones it reads: they become its options
  std::vector<Argument> arguments;
  ExitStatus (*run)(const Invocation&);    // an exception is logged and becomes ExitStatus::failed
};

}  // namespace ledger::app
