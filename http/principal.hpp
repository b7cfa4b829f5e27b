#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/access/role.hpp"

namespace ledger::http {

// Each role may do what the ones before it may. `open` stands in the route table only: nobody has it, everybody meets it.
enum class Role : std::uint8_t { open, viewer, editor, publisher, admin };

constexpr Role role_of(access::Role role) {
  switch (role) {
    case access::Role::viewer: return Role::viewer;
    case access::Role::editor: return Role::editor;
    case access::Role::publisher: return Role::publisher;
    case access::Role::admin: return Role::admin;
  }
  return Role::viewer;
}

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
