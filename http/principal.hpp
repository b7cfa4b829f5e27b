#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ledger::http {

// Each role may do what the ones before it may. `open` stands in the route table only: nobody has it, everybody meets it.
enum class Role : std::uint8_t { open, viewer, editor, publisher, admin };

constexpr std::string_view name_of(Role role) {
  switch (role) {
    case Role::open: return "open";
    case Role::viewer: return "viewer";
    case Role::editor: return "editor";
    case Role::publisher: return "publisher";
    case Role::admin: return "admin";
  }
  return "";
}

// On whose behalf a request is answered.
struct Principal {
  std::string actor;                   // api-key/<uuid>
  std::string workspace;
  Role role = Role::viewer;
  std::string key_id;                  // the key's public id
};

}  // namespace ledger::http
