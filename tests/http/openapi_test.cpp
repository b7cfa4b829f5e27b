#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>

#include "domain/json.hpp"
#include "http/openapi.hpp"
#include "http/route.hpp"

namespace ledger::http {
namespace {

using nlohmann::json;
using Call = std::pair<std::string, std::string>;   // method, path

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  return text;
}

std::map<Call, json> documented() {
  std::map<Call, json> calls;
  const json document = json::parse(openapi_json());
  for (const auto& [path, item] : document["paths"].items()) {
    for (const auto& [method, operation] : item.items()) calls.emplace(Call{upper(method), path}, operation);
  }
  return calls;
}

TEST_CASE("the OpenAPI document and the route table name the same calls") {
  auto calls = documented();
  for (const Route& route : all_routes()) {
    CAPTURE(route.method);
    CAPTURE(route.path);
    const auto found = calls.find({std::string(route.method), std::string(route.path)});
    REQUIRE(found != calls.end());
    const json& operation = found->second;
    CHECK(operation["operationId"] == route.operation_id);
    CHECK(operation["x-role"] == name_of(route.role));
    CHECK(operation.contains("requestBody") == (route.body != Body::none));
    if (operation.contains("requestBody")) CHECK(operation["requestBody"]["required"] == (route.body == Body::json || route.body == Body::lines));
    CHECK((operation.contains("security") && operation["security"].empty()) == (route.role == Role::open));
    calls.erase(found);
  }
  for (const auto& [call, operation] : calls) FAIL_CHECK("documented, but no route: " << call.first << " " << call.second);
}

TEST_CASE("every documented call has an example of its request and of its answer, and all parameters of its path") {
  const json document = json::parse(openapi_json());
  for (const auto& [call, operation] : documented()) {
    CAPTURE(call.second);
    if (operation.contains("requestBody")) {
      for (const auto& [media, content] : operation["requestBody"]["content"].items()) CHECK(content.contains("example"));
    }
    const json& responses = operation["responses"];
    CHECK(responses.contains("default"));
    for (const auto& [status, response] : responses.items()) {
      if (status == "default") continue;
      for (const auto& [media, content] : response["content"].items()) CHECK(content.contains("example"));
    }
    std::string path = call.second;
    for (const json& parameter : operation.value("parameters", json::array())) {
      const json& resolved = parameter.contains("$ref") ? document[json::json_pointer(parameter["$ref"].get<std::string>().substr(1))] : parameter;
      if (resolved["in"] != "path") continue;
      CHECK(resolved.contains("example"));
      const auto at = path.find("{" + resolved["name"].get<std::string>() + "}");
      REQUIRE(at != std::string::npos);
      path.erase(at, resolved["name"].get<std::string>().size() + 2);
    }
    CHECK(path.find('{') == std::string::npos);
  }
}

}  // namespace
}  // namespace ledger::http
