#include "domain/access/role.hpp"

#include <array>

namespace ledger::access {
namespace {

constexpr std::array kRoles{Role::viewer, Role::editor, Role::publisher, Role::admin};

}  // namespace

std::string_view to_text(Role role) {
  switch (role) {
    case Role::viewer:
      return "viewer";
    case Role::editor:
      return "editor";
    case Role::publisher:
      return "publisher";
    case Role::admin:
      return "admin";
  }
  return "unknown";
}

std::optional<Role> parse_role(std::string_view text) {
  for (const Role role : kRoles) {
    if (to_text(role) == text) return role;
  }
  return std::nullopt;
}

}  // namespace ledger::access
