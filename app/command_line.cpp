#include "app/command_line.hpp"

#include <algorithm>
#include <charconv>
#include <list>
#include <utility>

#include <CLI/CLI.hpp>   // heavy: only here

namespace ledger::app {
namespace {

constexpr const char* kSources =
    "Every setting --some-name is also the environment variable PROMPTLEDGER_SOME_NAME\n"
    "and the key \"some_name\" of the configuration file, a JSON object. Flags win over\n"
    "the environment, the environment over the file, the file over the defaults.";

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

// A subcommand as CLI11 sees it, and the places where it puts what it finds. CLI11 only splits the words and renders --help; what a value
// must look like is checked below, so that all refusals read alike.
class Grammar {
 public:
  Grammar(CLI::App& program, const Subcommand& subcommand) : subcommand_{subcommand}, app_{*program.add_subcommand(subcommand.name, subcommand.summary)} {
    app_.allow_extras();
    for (const Argument& argument : subcommand.arguments) declare(argument);
    if (subcommand.settings.empty()) return;
    app_.footer(kSources);
    config_file_ = valued("--config", "configuration file (also PROMPTLEDGER_CONFIG)", "FILE");
    for (const config::Setting& row : config::table())
      if (std::ranges::count(subcommand.settings, row.section)) declare(row);
  }

  bool chosen() const { return app_.parsed(); }

  Parsed result() const {
    if (const auto unknown = app_.remaining(); !unknown.empty()) return Refused{unexpected(unknown.front())};
    Command command{.subcommand = &subcommand_, .arguments = {}, .flags = {}, .config_file = {}};
    for (const Slot& slot : arguments_) {
      if (auto why = take(slot, command.arguments)) return Refused{*std::move(why)};
    }
    for (const auto& [row, slot] : settings_)
      for (const std::string& value : slot->results()) command.flags.emplace_back(row->name, value);
    if (config_file_ && config_file_->count() > 0) command.config_file = config_file_->results().front();
    return command;
  }

 private:
  struct Slot {
    const Argument* argument;
    CLI::Option* option;
  };

  CLI::Option* valued(const std::string& name, const std::string& help, const std::string& value_name) {
    return app_.add_option(name)->description(help)->type_name(value_name)->expected(1);
  }

  void declare(const Argument& argument) {
    const std::string help = argument.help + (argument.usual && !argument.usual->empty() ? " (default " + *argument.usual + ")" : "");
    switch (argument.kind) {
      case Argument::Kind::flag:
        arguments_.push_back({&argument, app_.add_flag("--" + argument.name, help)});
        return;
      case Argument::Kind::positional:
        arguments_.push_back({&argument, valued(argument.name, help, argument.value_name)});
        if (argument.many) arguments_.back().option->expected(CLI::detail::expected_max_vector_size);
        return;
      case Argument::Kind::option:
        arguments_.push_back({&argument, valued("--" + argument.name, help, argument.value_name)});
        return;
    }
  }

  void declare(const config::Setting& row) {
    const std::string usual = row.show(config::Settings{});
    CLI::Option* made = valued(row.flag(), row.help + (usual.empty() ? "" : " (default " + usual + ")"), row.value_name);
    made->group(std::string{title(row.section)});
    if (row.shape == config::Shape::pairs) made->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    settings_.emplace_back(&row, made);
  }

  std::string see_help() const { return "promptledger " + subcommand_.name + " --help lists what there is"; }

  std::string unexpected(const std::string& word) const {
    if (!word.starts_with('-')) return "unexpected argument \"" + word + "\"; " + see_help();
    const std::string flag = word.substr(0, word.find('='));   // what follows may be a secret
    std::string name = flag.substr(std::min(flag.find_first_not_of('-'), flag.size()));
    std::ranges::replace(name, '-', '_');
    const config::Setting* near = config::nearest(name);
    const bool ours = near && std::ranges::count(subcommand_.settings, near->section);
    return "unknown option " + flag + (ours ? "; did you mean " + near->flag() + "? " : "; ") + see_help();
  }

  // Puts an argument's value, or says why not.
  std::optional<std::string> take(const Slot& slot, Arguments& to) const {
    const Argument& argument = *slot.argument;
    const std::string shown = argument.kind == Argument::Kind::positional ? argument.value_name : "--" + argument.name;
    if (argument.kind == Argument::Kind::flag) {
      if (slot.option->count() == 0) return std::nullopt;
      if (slot.option->results().front() != "true") return shown + " takes no value";
      to.put(argument.name, "");
      return std::nullopt;
    }
    if (slot.option->count() == 0 && !argument.usual) return shown + " is missing; " + see_help();
    if (argument.many && slot.option->count() > 0) {
      for (const auto& each : slot.option->results()) to.add(argument.name, each);
      return std::nullopt;
    }
    const std::string value = slot.option->count() > 0 ? slot.option->results().front() : *argument.usual;
    if (!argument.choices.empty() && !std::ranges::count(argument.choices, value)) return shown + ": \"" + value + "\" is not one of " + joined(argument.choices);
    if (argument.range && !within(value, *argument.range)) {
      return shown + ": \"" + value + "\" is not a whole number from " + std::to_string(argument.range->least) + " to " + std::to_string(argument.range->most);
    }
    to.put(argument.name, value);
    return std::nullopt;
  }

  static bool within(const std::string& text, Argument::Range range) {
    long number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    return fault == std::errc{} && end == text.data() + text.size() && number >= range.least && number <= range.most;
  }

  const Subcommand& subcommand_;
  CLI::App& app_;
  CLI::Option* config_file_ = nullptr;
  std::vector<Slot> arguments_;
  std::vector<std::pair<const config::Setting*, CLI::Option*>> settings_;
};

}  // namespace

Parsed parse(const std::vector<std::string>& words, std::span<const Subcommand> subcommands, const std::string& version) {
  CLI::App program{"Prompt Ledger: the system of record for prompts.", "promptledger"};
  program.set_version_flag("--version", "promptledger " + version, "print the version and exit");
  program.set_help_flag("-h,--help", "print this help and exit");
  program.get_formatter()->column_width(44);
  program.footer("promptledger SUBCOMMAND --help tells each one's options.");
  program.allow_extras();
  program.require_subcommand(0, 1);
  std::list<Grammar> grammars;
  for (const Subcommand& subcommand : subcommands) grammars.emplace_back(program, subcommand);
  try {
    program.parse(std::vector<std::string>{words.rbegin(), words.rend()});
  } catch (const CLI::CallForHelp&) {
    return Shown{program.help()};
  } catch (const CLI::CallForVersion& call) {
    return Shown{std::string{call.what()} + '\n'};
  } catch (const CLI::ParseError& fault) {
    return Refused{std::string{fault.what()} + "; promptledger --help lists what there is"};
  }
  if (const auto unknown = program.remaining(); !unknown.empty()) {
    const std::string word = unknown.front().substr(0, unknown.front().find('='));
    return Refused{word.starts_with('-') ? "unknown option " + word + "; options stand behind the subcommand; promptledger --help tells more"
                                         : "unknown subcommand \"" + word + "\"; promptledger --help lists them"};
  }
  const auto chosen = std::ranges::find_if(grammars, &Grammar::chosen);
  return chosen == grammars.end() ? Refused{"a subcommand is missing; promptledger --help lists them"} : chosen->result();
}

}  // namespace ledger::app
