#pragma once

#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <vector>

// nlohmann's JSON, compiled once (json.cpp) instead of once in every file that uses it: half of such a file's time went into that. For .cpp files;
// headers of domain, log and commands get along with json_fwd.hpp or text. The two parsers are those of std::string and std::string_view.
namespace ledger::json_detail {

template <class Iterator>
using Adapter = nlohmann::detail::iterator_input_adapter<Iterator>;

}  // namespace ledger::json_detail

#ifndef __OPTIMIZE__   // an optimised build inlines them instead
extern template class nlohmann::basic_json<>;
extern template class nlohmann::detail::serializer<nlohmann::json>;
extern template class nlohmann::detail::parser<nlohmann::json, ledger::json_detail::Adapter<std::string::const_iterator>>;
extern template class nlohmann::detail::parser<nlohmann::json, ledger::json_detail::Adapter<const char*>>;
extern template class nlohmann::detail::lexer<nlohmann::json, ledger::json_detail::Adapter<std::string::const_iterator>>;
extern template class nlohmann::detail::lexer<nlohmann::json, ledger::json_detail::Adapter<const char*>>;
extern template class std::map<std::string, nlohmann::json, std::less<>>;
extern template class std::vector<nlohmann::json>;
#endif
