#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "infra/config/load.hpp"
#include "infra/config/redact.hpp"
#include "infra/config/table.hpp"

using namespace ledger::config;
using namespace std::chrono_literals;

namespace {

// A configuration file that is gone when the test ends.
class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text) {
    std::string pattern = (std::filesystem::temp_directory_path() / "ledger-config-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    folder_ = pattern;
    std::ofstream{path()} << text;
  }
  ~ConfigFile() { std::filesystem::remove_all(folder_); }
  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;
  std::string path() const { return (folder_ / "settings.json").string(); }

 private:
  std::filesystem::path folder_;
};

Settings loaded(const Sources& sources) {
  auto settings = load(sources);
  if (!settings)
    for (const auto& sentence : settings.error()) MESSAGE(sentence);
  REQUIRE(settings.has_value());
  return *settings;
}

// The one complaint that there must be.
std::string complaint(const Sources& sources) {
  const auto settings = load(sources);
  REQUIRE_FALSE(settings.has_value());
  REQUIRE(settings.error().size() == 1);
  return settings.error().front();
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

}  // namespace

TEST_CASE("every row of the table is fit for use") {
  std::set<std::string> names;
  for (const Setting& row : table()) {
    CAPTURE(row.name);
    CHECK(names.insert(row.name).second);
    CHECK(row.flag().starts_with("--"));
    CHECK_FALSE(has(row.flag(), "_"));
    CHECK_FALSE(row.value_name.empty());
    CHECK_FALSE(row.help.empty());
    CHECK_FALSE(row.expects.empty());
    // The default is a value that the row itself takes, and taking it changes nothing.
    Settings settings;
    const std::string shown = row.show(settings);
    if (row.shape == Shape::pairs) continue;
    CHECK(row.set(settings, shown));
    CHECK(row.show(settings) == shown);
  }
}

TEST_CASE("a setting's flag, variable and key come from its name") {
  const Setting* row = find("http_max_body_bytes");
  REQUIRE(row != nullptr);
  CHECK(row->flag() == "--http-max-body-bytes");
  CHECK(row->variable() == "PROMPTLEDGER_HTTP_MAX_BODY_BYTES");
  CHECK(find("http_max_body") == nullptr);
  CHECK(find("kafka")->variable() == "PROMPTLEDGER_KAFKA");
  CHECK(find("postgres")->variable() == "PROMPTLEDGER_POSTGRES");
}

TEST_CASE("flags win over the environment, the environment over the file, the file over defaults") {
  const ConfigFile file{R"({"http_port": 1, "http_address": "file", "log_level": "error", "kafka_linger_ms": 7})"};
  const auto settings = loaded({.flags = {{"http_port", "3"}},
                                .environment = {{"PROMPTLEDGER_HTTP_PORT", "2"}, {"PROMPTLEDGER_HTTP_ADDRESS", "environment"}},
                                .file = file.path()});
  CHECK(settings.http.port == 3);
  CHECK(settings.http.address == "environment");
  CHECK(settings.log.level == LogLevel::error);
  CHECK(settings.kafka.linger_ms == 7ms);
  CHECK(settings.kafka.partitions == 8);
}

TEST_CASE("the environment names the file unless a flag does") {
  const ConfigFile named_by_flag{R"({"http_port": 1})"};
  const ConfigFile named_by_variable{R"({"http_port": 2})"};
  const Texts environment{{"PROMPTLEDGER_CONFIG", named_by_variable.path()}};
  CHECK(loaded({.environment = environment}).http.port == 2);
  CHECK(loaded({.environment = environment, .file = named_by_flag.path()}).http.port == 1);
}

TEST_CASE("properties of librdkafka add up within a source and are replaced by a stronger one") {
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  const ConfigFile file{R"({"kafka_property": {"security.protocol": "SSL"}})"};
  CHECK(loaded({.file = file.path()}).kafka.properties == Pairs{{"security.protocol", "SSL"}});
  const Texts environment{{"PROMPTLEDGER_KAFKA_PROPERTY", "sasl.username=me;sasl.password=a=b"}};
  CHECK(loaded({.environment = environment, .file = file.path()}).kafka.properties == Pairs{{"sasl.username", "me"}, {"sasl.password", "a=b"}});
  CHECK(loaded({.flags = {{"kafka_property", "x=1"}, {"kafka_property", "y="}}, .environment = environment}).kafka.properties == Pairs{{"x", "1"}, {"y", ""}});
}

TEST_CASE("variables of the scripts, of others, and empty ones are left alone") {
  const auto settings = loaded({.environment = {{"PROMPTLEDGER_HOME", "x"}, {"PROMPTLEDGER_DEMO_FILE", "x"}, {"PROMPTLEDGER_TEST_KAFKA", "x"},
                                                {"PROMPTLEDGER_DUMP_EVENTS", "x"}, {"PROMPTLEDGER_START_LIMIT_S", "x"},
                                                {"PROMPTLEDGER_CONFIG", ""}, {"PROMPTLEDGER_HTTP_PORT", ""}, {"PATH", "x"}}});
  CHECK(settings.http.port == 5110);
}

TEST_CASE("whatever ./run says that it reads from the environment may be set there") {
  std::ifstream run{LEDGER_SOURCE_DIR "/run"};
  REQUIRE(run);
  int named = 0;
  for (std::string line; std::getline(run, line);) {
    if (!line.starts_with("#   PROMPTLEDGER_")) continue;
    ++named;
    const std::string variable = line.substr(4, line.find(' ', 4) - 4);
    CAPTURE(variable);
    const std::string value = variable == "PROMPTLEDGER_KAFKA" ? "127.0.0.1:9092" : variable == "PROMPTLEDGER_POSTGRES" ? "postgresql://a@127.0.0.1/b" : "5111";
    CHECK(load({.environment = {{variable, value}}}).has_value());
  }
  CHECK(named >= 6);
}

TEST_CASE("bad values are refused with their source and what is expected") {
  struct Case {
    std::string name;
    std::string value;
    std::string says;
  };
  const std::vector<Case> cases{
      {"http_port", "70000", R"(--http-port: "70000" is not a whole number from 0 to 65535)"},
      {"http_port", "-1", R"(--http-port: "-1" is not a whole number from 0 to 65535)"},
      {"http_port", "80x", R"(--http-port: "80x" is not a whole number from 0 to 65535)"},
      {"http_port", "", R"(--http-port: "" is not a whole number from 0 to 65535)"},
      {"http_port", "99999999999999999999", R"(--http-port: "99999999999999999999" is not a whole number from 0 to 65535)"},
      {"kafka_linger_ms", "1.5", R"(--kafka-linger-ms: "1.5" is not a whole number of milliseconds from 0 to 100)"},
      {"log_level", "loud", R"(--log-level: "loud" is not one of debug, info, warn, error)"},
      {"kafka", "", R"(--kafka: "" is not a text that is not empty)"},
      {"node_name", "a/b", R"(--node-name: "a/b" is not 1 to 200 letters, digits, dots, dashes and underscores)"},
      {"node_name", std::string(201, 'a'), "--node-name: \"" + std::string(201, 'a') + "\" is not 1 to 200 letters, digits, dots, dashes and underscores"},
      {"http_peer_address", "host", R"(--http-peer-address: "host" is not a host, a colon and a port from 1 to 65535)"},
      {"http_peer_address", ":80", R"(--http-peer-address: ":80" is not a host, a colon and a port from 1 to 65535)"},
      {"http_peer_address", "host:0", R"(--http-peer-address: "host:0" is not a host, a colon and a port from 1 to 65535)"},
      {"http_peer_address", "http://host:80", R"(--http-peer-address: "http://host:80" is not a host, a colon and a port from 1 to 65535)"},
      {"kafka_property", "=x", "--kafka-property: the value is not NAME=VALUE"},
      {"postgres", "host=db password=hunter2", "--postgres: the value is not a URL that begins with postgresql://"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.name);
    CHECK(complaint({.flags = {{c.name, c.value}}}) == c.says);
  }
  CHECK(complaint({.environment = {{"PROMPTLEDGER_HTTP_PORT", "x"}}}) == R"(environment variable PROMPTLEDGER_HTTP_PORT: "x" is not a whole number from 0 to 65535)");
  SUBCASE("also when a stronger source overrides them") {
    CHECK(has(complaint({.flags = {{"http_port", "1"}}, .environment = {{"PROMPTLEDGER_HTTP_PORT", "x"}}}), "PROMPTLEDGER_HTTP_PORT"));
  }
  SUBCASE("all at once") {
    const auto settings = load({.flags = {{"http_port", "x"}, {"log_level", "x"}}, .environment = {{"PROMPTLEDGER_KAFKA_PARTITIONS", "0"}}});
    REQUIRE_FALSE(settings.has_value());
    CHECK(settings.error().size() == 3);
  }
}

TEST_CASE("what is left out when it is empty may be given empty or well formed") {
  CHECK(loaded({.flags = {{"node_name", ""}, {"http_peer_address", ""}}}).node.name.empty());
  const auto settings = loaded({.flags = {{"node_name", "A-z_0.9"}, {"http_peer_address", "[::1]:5110"}}});
  CHECK(settings.node.name == "A-z_0.9");
  CHECK(settings.node.peer_address == "[::1]:5110");
}

TEST_CASE("an unknown variable is refused, with the setting that was probably meant") {
  CHECK(complaint({.environment = {{"PROMPTLEDGER_HTP_PORT", "1"}}}) ==
        "environment variable PROMPTLEDGER_HTP_PORT is not a setting; did you mean PROMPTLEDGER_HTTP_PORT? Unset it; promptledger up --help lists all settings");
  CHECK(complaint({.environment = {{"PROMPTLEDGER_QUITE_SOMETHING_ELSE", "1"}}}) ==
        "environment variable PROMPTLEDGER_QUITE_SOMETHING_ELSE is not a setting. Unset it; promptledger up --help lists all settings");
}

TEST_CASE("a file that is wrong is refused, saying where") {
  struct Case {
    std::string text;
    std::string says;
  };
  const std::vector<Case> cases{
      {R"({"http_prt": 1})", R"(key "http_prt" is not a setting; did you mean "http_port"? Remove it)"},
      {R"({"http_port": "1"})", R"(key "http_port": the value is not a whole number from 0 to 65535)"},
      {R"({"http_port": 1.5})", R"(key "http_port": "1.5" is not a whole number)"},
      {R"({"http_port": true})", R"(has neither a text nor a number nor an object under "http_port")"},
      {R"({"http_address": 1})", R"(key "http_address": the value is not a text that is not empty, written as a JSON string)"},
      {R"({"kafka_property": "a=b"})", R"(key "kafka_property": the value is not NAME=VALUE, written as a JSON object of strings)"},
      {R"({"kafka_property": {"a": 1}})", R"(has something that is not a text under "kafka_property", "a")"},
      {R"({"kafka_property": {"a": {"b": {}}}})", "is nested too deep"},
      {R"({"http_port": 1, "http_port": 2})", R"(has the key "http_port" twice)"},
      {R"({"http_port": 1)", "is not JSON: it breaks at byte 16"},
      {"", "is not JSON: it breaks at byte 1"},
      {"[1]", "is not a JSON object of settings"},
      {std::string(100'000, '['), "is nested too deep"},
      {'"' + std::string(1024 * 1024, 'x') + '"', "is larger than 1 MiB"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.says);
    const ConfigFile file{c.text};
    const std::string says = complaint({.file = file.path()});
    CAPTURE(says);
    CHECK(has(says, "configuration file " + file.path()));
    CHECK(has(says, c.says));
  }
  CHECK(has(complaint({.file = "/nowhere/settings.json"}), "configuration file /nowhere/settings.json is not a file that can be read"));
}

TEST_CASE("settings that contradict each other are refused") {
  CHECK(has(complaint({.flags = {{"kafka_min_insync_replicas", "2"}}}), "kafka_min_insync_replicas is greater than kafka_replication_factor"));
  CHECK(has(complaint({.flags = {{"projection_backoff_first_ms", "5001"}}}), "projection_backoff_first_ms is greater than projection_backoff_max_ms"));
  CHECK(has(complaint({.flags = {{"group_heartbeat_ms", "3334"}}}), "group_heartbeat_ms is more than a third of group_session_timeout_ms"));
  CHECK(has(complaint({.flags = {{"http_max_event_streams", "513"}, {"http_max_requests", "100"}}}), "http_max_event_streams is more than half of http_max_connections"));
  CHECK(has(complaint({.flags = {{"http_max_requests", "768"}}}), "leave no connection of http_max_connections on which a request could be refused"));
  CHECK(has(complaint({.flags = {{"http_max_held_bytes", "4194303"}}}), "http_max_body_bytes is greater than http_max_held_bytes"));
  CHECK(has(complaint({.flags = {{"command_doubt_after_ms", "10000"}}}), "command_doubt_after_ms is not less than command_deadline_ms"));
  CHECK(has(complaint({.flags = {{"projection_publish_timeout_ms", "60000"}}}), "projection_publish_timeout_ms is not less than postgres_idle_in_transaction_timeout_ms"));
}

TEST_CASE("secrets are not shown") {
  const auto settings = loaded({.flags = {{"postgres", "postgresql://me:hunter2@db/ledger"}, {"kafka_property", "sasl.password=hunter2"}}});
  CHECK(find("postgres")->show(settings) == "postgresql://me:***@db/ledger");
  CHECK(find("kafka_property")->show(settings) == "sasl.password=***");
  for (const Setting& row : table()) CHECK_FALSE(has(row.show(settings), "hunter2"));
  CHECK_FALSE(has(complaint({.environment = {{"PROMPTLEDGER_POSTGRES", "postgre://me:hunter2@db"}}}), "hunter2"));
}

TEST_CASE("redact hides what has the form of a secret and leaves the rest") {
  struct Case {
    std::string text;
    std::string shown;
  };
  const std::vector<Case> cases{
      {"nothing to hide", "nothing to hide"},
      {"http://host:80/path", "http://host:80/path"},
      {"postgresql://me@db/x", "postgresql://me@db/x"},
      {"postgresql://me:pw@db:5432/x?sslmode=require", "postgresql://me:***@db:5432/x?sslmode=require"},
      {"postgresql://me:p/w@x@db/x", "postgresql://me:***@db/x"},
      {"postgresql://db/x?user=me&password=pw&sslmode=require", "postgresql://db/x?user=me&password=***&sslmode=require"},
      {"from http://a:b@c to \"http://d:e@f\"", "from http://a:***@c to \"http://d:***@f\""},
      {"PASSWORD=pw, sslpassword=pw", "PASSWORD=***, sslpassword=***"},
      {"Bearer plk_abcDEF-_09 refused", "Bearer plk_*** refused"},
      {"://", "://"},
      {"password=", "password=***"},
  };
  for (const auto& c : cases) CHECK(redact(c.text) == c.shown);
}
