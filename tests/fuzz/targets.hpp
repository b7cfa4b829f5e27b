#pragma once

#include <string_view>

namespace ledger::fuzz {

// One function for each reader of outside input: it feeds the bytes to the reader and throws Broken when a promise does
// not hold. The file <name>.cpp defines it, corpus/<name>/ holds its inputs, and CMakeLists.txt makes fuzz_<name> of
// every such file.
void chunked_body(std::string_view input);
void command_token(std::string_view input);
void config_file(std::string_view input);
void cursor(std::string_view input);
void envelope(std::string_view input);
void event_codecs(std::string_view input);
void genesis(std::string_view input);
void hash_text(std::string_view input);
void history_row(std::string_view input);
void http_head(std::string_view input);
void http_json(std::string_view input);
void json_text(std::string_view input);
void line_splitter(std::string_view input);
void link_reader(std::string_view input);
void position_token(std::string_view input);
void proof_bundle(std::string_view input);
void query(std::string_view input);
void request_headers(std::string_view input);
void sealed_data(std::string_view input);
void signed_note(std::string_view input);
void template_text(std::string_view input);
void time_text(std::string_view input);

struct Target {
  std::string_view name;
  void (*run)(std::string_view input);
};

// What replay_test.cpp runs; it finds a corpus that no target is listed for.
inline constexpr Target kTargets[] = {
    {"chunked_body", chunked_body},
    {"command_token", command_token},
    {"config_file", config_file},
    {"cursor", cursor},
    {"envelope", envelope},
    {"event_codecs", event_codecs},
    {"genesis", genesis},
    {"hash_text", hash_text},
    {"history_row", history_row},
    {"http_head", http_head},
    {"http_json", http_json},
    {"json_text", json_text},
    {"line_splitter", line_splitter},
    {"link_reader", link_reader},
    {"position_token", position_token},
    {"proof_bundle", proof_bundle},
    {"query", query},
    {"request_headers", request_headers},
    {"sealed_data", sealed_data},
    {"signed_note", signed_note},
    {"template_text", template_text},
    {"time_text", time_text},
};

}  // namespace ledger::fuzz
