#include <algorithm>
#include <functional>
#include <map>
#include <stdexcept>

#include "http/reading/query.hpp"
#include "http/route.hpp"

namespace ledger::http {

struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> exact;
  std::unique_ptr<Node> any;                          // a segment in braces
  std::vector<const Route*> routes;                   // that end here
};

namespace {

constexpr bool is_parameter(std::string_view segment) { return segment.size() > 2 && segment.front() == '{' && segment.back() == '}'; }

// "/a/b" → "a", "b"; "/" → ""; a slash at the end is a segment of its own, so "/a/" is another path than "/a".
std::vector<std::string_view> segments_of(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    segments.push_back(segment);
    path.remove_prefix(segment.size());
  }
  return segments;
}

const Route* route_for(const std::vector<const Route*>& routes, std::string_view method) {
  const auto found = std::ranges::find(routes, method, [](const Route* route) { return route->method; });
  return found == routes.end() ? nullptr : *found;
}

void name_parameters(Router::Match& match, const std::vector<std::string>& values) {
  std::size_t next = 0;
  for (const std::string_view segment : segments_of(match.route->path)) {
    if (is_parameter(segment)) match.parameters.emplace_back(segment.substr(1, segment.size() - 2), values[next++]);
  }
}

}  // namespace

Router::Router(std::span<const Route> routes) : root_(std::make_unique<Node>()) {
  for (const Route& route : routes) {
    const auto complain = [&](const char* what) {
      throw std::logic_error("route " + std::string(route.method) + " " + std::string(route.path) + ": " + what);
    };
    if (route.handler == nullptr) complain("has no handler");
    if (!route.path.starts_with('/')) complain("does not begin with a slash");
    Node* node = root_.get();
    for (const std::string_view segment : segments_of(route.path)) {
      auto& next = is_parameter(segment) ? node->any : node->exact.try_emplace(std::string(segment)).first->second;
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
    if (route_for(node->routes, route.method) != nullptr) complain("is there twice");
    node->routes.push_back(&route);
  }
}

Router::~Router() = default;

Router::Match Router::find(std::string_view method, std::string_view path) const {
  Match match;
  const auto segments = segments_of(path);
  std::vector<std::string> values;
  // Exact segments first; when that leads nowhere for this method, the one in braces: /prompts/search may be both.
  const std::function<bool(const Node&, std::size_t)> descend = [&](const Node& node, std::size_t depth) {
    if (depth == segments.size()) {
      match.route = route_for(node.routes, method);
      if (match.route == nullptr && method == "HEAD") match.route = route_for(node.routes, "GET");
      for (const Route* other : node.routes) match.allowed.push_back(other->method);
      return match.route != nullptr;
    }
    const auto segment = percent_decoded(segments[depth], false);
    if (!segment) {
      match.undecodable = true;
      return false;
    }
    if (const auto found = node.exact.find(*segment); found != node.exact.end() && descend(*found->second, depth + 1)) return true;
    if (!node.any || segment->empty()) return false;
    values.push_back(*segment);
    if (descend(*node.any, depth + 1)) return true;
    values.pop_back();
    return false;
  };
  if (path.starts_with('/') && descend(*root_, 0)) {
    name_parameters(match, values);
    match.undecodable = false;
  }
  std::ranges::sort(match.allowed);
  match.allowed.erase(std::ranges::unique(match.allowed).begin(), match.allowed.end());
  return match;
}

}  // namespace ledger::http
