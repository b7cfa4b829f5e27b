#include "domain/json.hpp"

#ifndef __OPTIMIZE__

using ledger::json_detail::Adapter;

template class nlohmann::basic_json<>;
template class nlohmann::detail::serializer<nlohmann::json>;
template class nlohmann::detail::parser<nlohmann::json, Adapter<std::string::const_iterator>>;
template class nlohmann::detail::parser<nlohmann::json, Adapter<const char*>>;
template class nlohmann::detail::lexer<nlohmann::json, Adapter<std::string::const_iterator>>;
template class nlohmann::detail::lexer<nlohmann::json, Adapter<const char*>>;
template class std::map<std::string, nlohmann::json, std::less<>>;
template class std::vector<nlohmann::json>;

#endif
