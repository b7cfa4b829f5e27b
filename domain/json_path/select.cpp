#include "domain/json_path/select.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "domain/json.hpp"
#include "domain/json_path/compare.hpp"
#include "domain/utf8.hpp"

namespace ledger::json_path {
namespace {

using nlohmann::json;

using PlaceId = std::uint32_t;

// A node that was looked at, and how to get there from its parent.
struct Place {
  const json* value = nullptr;
  PlaceId parent = 0;
  const std::string* name = nullptr;  // in the document; none: an element, or the root
  std::size_t index = 0;
};

using Places = std::vector<PlaceId>;

// What an operand comes to: something in the document, something that a function made, or nothing.
struct Value {
  const json* found = nullptr;
  std::optional<json> made = {};

  const json* get() const { return made ? &*made : found; }
};

class Evaluation {
 public:
  Evaluation(const json& document, std::size_t steps) : steps_(steps) { places_.push_back({.value = &document}); }

  Places select(const Query& query, PlaceId current) {
    Places selected{query.from_root ? kRoot : current};
    for (const auto& segment : query.segments) {
      Places next;
      for (const auto from : selected) follow(segment, from, next);
      selected = std::move(next);
    }
    return selected;
  }

  bool exhausted() const { return steps_ == 0; }
  const json& value(PlaceId place) const { return *places_[place].value; }
  Location location(PlaceId place) const {
    Location out;
    for (; place != kRoot; place = places_[place].parent) {
      const auto& at = places_[place];
      out.push_back(at.name ? Step{*at.name} : Step{at.index});
    }
    std::ranges::reverse(out);
    return out;
  }

 private:
  static constexpr PlaceId kRoot = 0;

  void follow(const Segment& segment, PlaceId from, Places& into) {
    if (!segment.descendants) return select_children(segment, from, into);
    // From the top down and in order, with the way back kept here and not on the stack.
    Places open{from};
    while (!open.empty() && !exhausted()) {
      const PlaceId at = open.back();
      open.pop_back();
      select_children(segment, at, into);
      const auto first_child = static_cast<std::ptrdiff_t>(open.size());
      each_child(at, [&](PlaceId child) { open.push_back(child); });
      std::reverse(open.begin() + first_child, open.end());
    }
  }

  void select_children(const Segment& segment, PlaceId from, Places& into) {
    for (const auto& selector : segment.selectors) std::visit([&](const auto& what) { apply(what, from, into); }, selector);
  }

  void apply(const Name& wanted, PlaceId from, Places& into) {
    const json& node = value(from);
    if (!node.is_object()) return;
    const auto member = node.find(wanted.name);
    if (member != node.end()) put({.value = &*member, .parent = from, .name = &member.key()}, into);
  }

  void apply(const Wildcard&, PlaceId from, Places& into) {
    each_child(from, [&](PlaceId child) { into.push_back(child); });
  }

  void apply(const Index& wanted, PlaceId from, Places& into) {
    const json& node = value(from);
    if (!node.is_array()) return;
    const auto size = static_cast<std::int64_t>(node.size());
    const std::int64_t index = wanted.index < 0 ? size + wanted.index : wanted.index;
    if (index >= 0 && index < size) put_element(from, index, into);
  }

  // RFC 9535, section 2.3.4.2.2.
  void apply(const Slice& slice, PlaceId from, Places& into) {
    if (!value(from).is_array() || slice.step == 0) return;
    const auto size = static_cast<std::int64_t>(value(from).size());
    const auto from_front = [size](std::int64_t index) { return index >= 0 ? index : size + index; };
    if (slice.step > 0) {
      const auto lower = std::clamp<std::int64_t>(from_front(slice.start.value_or(0)), 0, size);
      const auto upper = std::clamp<std::int64_t>(from_front(slice.end.value_or(size)), 0, size);
      for (auto i = lower; i < upper && !exhausted(); i += std::min(slice.step, size)) put_element(from, i, into);
    } else {
      const auto upper = std::clamp<std::int64_t>(slice.start ? from_front(*slice.start) : size - 1, -1, size - 1);
      const auto lower = slice.end ? std::clamp<std::int64_t>(from_front(*slice.end), -1, size - 1) : -1;
      for (auto i = upper; lower < i && !exhausted(); i += std::max(slice.step, -size)) put_element(from, i, into);
    }
  }

  void apply(const Filter& filter, PlaceId from, Places& into) {
    Places children;
    each_child(from, [&](PlaceId child) { children.push_back(child); });
    for (const auto child : children) {
      if (exhausted()) return;
      const std::size_t mark = places_.size();
      if (holds(*filter.condition, child)) into.push_back(child);
      places_.resize(mark);  // what the condition looked at is of no further use
    }
  }

  bool holds(const Condition& condition, PlaceId at) {
    return std::visit(Overloaded{
                          [&](const Comparison& it) { return compare(it, at); },
                          [&](const Test& it) { return test(it.of, at); },
                          [&](const Not& it) { return !holds(*it.of, at); },
                          [&](const All& it) { return std::ranges::all_of(it.of, [&](const auto& each) { return holds(each, at); }); },
                          [&](const Any& it) { return std::ranges::any_of(it.of, [&](const auto& each) { return holds(each, at); }); },
                      },
                      condition.is);
  }

  bool test(const Operand& of, PlaceId at) {
    if (const auto* query = std::get_if<Query>(&of.is)) return !select(*query, at).empty();
    const auto* call = std::get_if<Call>(&of.is);
    return call && fits_pattern(*call, at);
  }

  bool compare(const Comparison& comparison, PlaceId at) {
    const Value left_value = value_of(comparison.left, at), right_value = value_of(comparison.right, at);
    const json *left = left_value.get(), *right = right_value.get();
    const auto equal = [&] { return left && right ? is_equal(*left, *right, steps_) : left == right; };
    const auto less = [](const json* a, const json* b) { return a && b && is_less(*a, *b); };
    switch (comparison.by) {
      case Comparator::equal: return equal();
      case Comparator::not_equal: return !equal();
      case Comparator::less: return less(left, right);
      case Comparator::at_most: return less(left, right) || equal();
      case Comparator::greater: return less(right, left);
      case Comparator::at_least: return less(right, left) || equal();
    }
    return false;
  }

  Value value_of(const Operand& operand, PlaceId at) {
    return std::visit(Overloaded{
                          [](const Literal& literal) { return Value{.found = literal.value.get()}; },
                          [&](const Query& query) { return only(select(query, at)); },
                          [&](const Call& call) { return result_of(call, at); },
                      },
                      operand.is);
  }

  Value only(const Places& selected) const { return {.found = selected.size() == 1 ? &value(selected.front()) : nullptr}; }

  Value result_of(const Call& call, PlaceId at) {
    const Operand& argument = call.arguments.front();
    switch (call.function) {
      case Function::length: return length_of(value_of(argument, at));
      case Function::count: return {.made = json(select(std::get<Query>(argument.is), at).size())};
      case Function::value: return only(select(std::get<Query>(argument.is), at));
      case Function::match:
      case Function::search: break;  // conditions, not values
    }
    return {};
  }

  static Value length_of(const Value& of) {
    const json* value = of.get();
    if (value && value->is_string()) return {.made = json(code_points(value->get_ref<const std::string&>()))};
    if (value && value->is_structured()) return {.made = json(value->size())};
    return {};
  }

  bool fits_pattern(const Call& call, PlaceId at) {
    const Value text_value = value_of(call.arguments.front(), at), pattern_value = value_of(call.arguments.back(), at);
    const json *text = text_value.get(), *pattern = pattern_value.get();
    if (!text || !pattern || !text->is_string() || !pattern->is_string()) return false;
    const auto compiled = call.pattern ? call.pattern : pattern_in_document(pattern->get_ref<const std::string&>());
    if (!compiled) return false;
    const std::string& in = text->get_ref<const std::string&>();
    return (call.function == Function::match ? compiled->matches(in, steps_) : compiled->finds(in, steps_)).value_or(false);
  }

  // The same one is asked for at every node.
  std::optional<Regexp> pattern_in_document(const std::string& text) {
    if (text != last_pattern_text_) {
      spend(text.size() + kRegexpInstructions);
      auto compiled = Regexp::compile(text);
      last_pattern_ = compiled ? std::optional(std::move(*compiled)) : std::nullopt;
      last_pattern_text_ = text;
    }
    return last_pattern_;
  }

  template <class Visit>
  void each_child(PlaceId parent, Visit visit) {
    const json& node = value(parent);
    if (node.is_object()) {
      for (auto member = node.begin(); member != node.end() && spend(1); ++member) visit(add({.value = &*member, .parent = parent, .name = &member.key()}));
    } else if (node.is_array()) {
      for (std::size_t i = 0; i < node.size() && spend(1); ++i) visit(add({.value = &node[i], .parent = parent, .index = i}));
    }
  }

  void put_element(PlaceId parent, std::int64_t index, Places& into) {
    const auto at = static_cast<std::size_t>(index);
    put({.value = &value(parent)[at], .parent = parent, .index = at}, into);
  }
  void put(Place place, Places& into) {
    if (spend(1)) into.push_back(add(place));
  }
  PlaceId add(Place place) {
    places_.push_back(place);
    return static_cast<PlaceId>(places_.size() - 1);
  }

  bool spend(std::size_t count) {
    steps_ -= std::min(steps_, count);
    return steps_ > 0;
  }

  std::size_t steps_;
  std::vector<Place> places_;
  std::optional<std::string> last_pattern_text_;
  std::optional<Regexp> last_pattern_;
};

}  // namespace

Result<std::vector<Node>, std::string> select(const Query& query, const json& document, const Limits& limits) {
  Evaluation evaluation(document, limits.steps);
  const auto selected = evaluation.select(query, 0);
  if (evaluation.exhausted()) return tl::unexpected("the query takes more than " + std::to_string(limits.steps) + " steps in this document");
  if (selected.size() > limits.nodes) return tl::unexpected("the query selects more than " + std::to_string(limits.nodes) + " nodes of this document");
  std::vector<Node> nodes;
  nodes.reserve(selected.size());
  for (const auto place : selected) nodes.push_back({&evaluation.value(place), evaluation.location(place)});
  return nodes;
}

}  // namespace ledger::json_path
