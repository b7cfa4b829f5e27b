#include "commands/peer.hpp"

namespace ledger {
namespace {

constexpr std::string_view kProgram = "promptledger/";

}  // namespace

std::string writer_name(std::string_view node, std::string_view start_id) {
  return std::string(kProgram).append(node).append("/").append(start_id);
}

std::string_view node_of_writer(std::string_view writer) {
  if (!writer.starts_with(kProgram)) return {};
  const auto node = writer.substr(kProgram.size());
  return node.substr(0, node.rfind('/'));
}

}  // namespace ledger
