#include "app/program.hpp"

#include <exception>
#include <ostream>

#include "app/command_line.hpp"
#include "app/version.hpp"
#include "domain/result.hpp"
#include "infra/logging/log.hpp"

namespace ledger::app {
namespace {

ExitStatus refuse(std::ostream& err, const std::vector<std::string>& sentences) {
  for (const std::string& sentence : sentences) err << "promptledger: " << sentence << '\n';
  return ExitStatus::misused;
}

ExitStatus run(const Command& command, const config::Settings& settings, std::ostream& out) {
  const Signals signals;   // before the log's thread begins
  const logging::Session session{settings.log};
  try {
    return command.subcommand->run({.settings = settings, .arguments = command.arguments, .signals = signals, .out = out});
  } catch (const ToldToStop& early) {
    logging::info("stopped while starting", {{"subcommand", command.subcommand->name}, {"why", early.what()}});
    return ExitStatus::done;
  } catch (const std::exception& fault) {
    logging::error("failed", {{"subcommand", command.subcommand->name}, {"why", fault.what()}});
    return ExitStatus::failed;
  }
}

}  // namespace

ExitStatus run_program(const std::vector<std::string>& words, const config::Texts& environment, std::span<const Subcommand> subcommands, std::ostream& out,
                       std::ostream& err) {
  return std::visit(Overloaded{
                        [&](const Shown& shown) {
                          out << shown.text << std::flush;
                          return ExitStatus::done;
                        },
                        [&](const Refused& refused) { return refuse(err, {refused.why}); },
                        [&](const Command& command) {
                          const auto settings = config::load({.flags = command.flags, .environment = environment, .file = command.config_file});
                          return settings ? run(command, *settings, out) : refuse(err, settings.error());
                        },
                    },
                    parse(words, subcommands, kVersion));
}

}  // namespace ledger::app
