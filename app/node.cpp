#include "app/node.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "commands/peer.hpp"
#include "infra/config/rows.hpp"
#include "infra/crypto/uuid.hpp"

namespace ledger::app {
namespace {

constexpr std::size_t kHostMax = 180;   // leaves room for what comes behind it

std::string host_name() {
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) return "unknown";
  return host.data();
}

// Whatever the machine is called, it can be a name in a group.
std::string host_in_names() {
  std::string host = host_name().substr(0, kHostMax);
  std::ranges::replace_if(host, [](char c) { return !config::is_node_name({&c, 1}); }, '-');
  return host.empty() ? "unknown" : host;
}

Node named(std::string name, std::string peer_address) {
  const std::string writer = writer_name(name, crypto::new_uuid());
  return {std::move(name), std::move(peer_address), writer};
}

std::string address_of(const config::HttpSettings& http, std::uint16_t port) {
  const bool everywhere = http.address == "0.0.0.0" || http.address == "::";
  const bool is_v6 = http.address.find(':') != std::string::npos;
  const std::string host = everywhere ? host_name() : is_v6 ? "[" + http.address + "]" : http.address;
  return host + ":" + std::to_string(port);
}

}  // namespace

Node serving_node(const config::Settings& settings, std::uint16_t http_port) {
  return named(settings.node.name.empty() ? host_in_names() + "-" + std::to_string(http_port) : settings.node.name,
               settings.node.peer_address.empty() ? address_of(settings.http, http_port) : settings.node.peer_address);
}

Node passing_node(const std::string& role) { return named(host_in_names() + "-" + role, ""); }

}  // namespace ledger::app
