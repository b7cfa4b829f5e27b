#include <iostream>

#include "app/program.hpp"
#include "app/subcommands.hpp"

int main(int argc, char** argv) {
  using namespace ledger;
  const std::vector<std::string> words{argv + 1, argv + argc};
  return static_cast<int>(app::run_program(words, config::process_environment(), app::subcommands(), std::cout, std::cerr));
}
