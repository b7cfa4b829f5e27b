#include <doctest/doctest.h>

#include <string>

#include "infra/crypto/encoding.hpp"
#include "infra/crypto/uuid.hpp"
#include "infra/sealing/envelope.hpp"
#include "infra/sealing/rewrap.hpp"
#include "infra/sealing/text_seals.hpp"
#include "tests/infra/sealing/memory_subject_keys.hpp"

using namespace ledger;
using namespace ledger::sealing;
using State = OpenedText::State;

namespace {

const std::string kFirstMaster(64, 'a');
const std::string kSecondMaster(64, 'b');

MasterKeys masters(const std::string& text) { return MasterKeys::parse(text).value(); }

Place place(const std::string& field = "output") { return {"workspace-1", {"execution", "e-1"}, field}; }

struct World {
  test::MemorySubjectKeys kept;
  TextSeals seals{masters(kFirstMaster), kept, "name secret"};
  std::string ada = seals.subject_id("workspace-1", "ada@example.com");

  PersonalText seal(const std::string& text, const Place& where = place()) { return seals.key_for("workspace-1", ada)->seal(where, text); }
  OpenedText open(const PersonalText& text, const Place& where = place()) { return open_by(seals, text, where); }
  static OpenedText open_by(TextSeals& by, const PersonalText& text, const Place& where = place()) {
    const PersonalText* const all[] = {&text};
    return by.keys_of(all).open(where, text);
  }
};

}  // namespace

TEST_CASE("a text is sealed under a key of its subject's and opened where it belongs") {
  World world;
  const auto sealed = world.seal("Dear Ada");
  CHECK(sealed.subject == world.ada);
  CHECK(sealed.text.find("Ada") == std::string::npos);
  CHECK(world.open(sealed).state == State::opened);
  CHECK(world.open(sealed).text == "Dear Ada");
  CHECK(world.kept.keys.size() == 1);
  CHECK(world.kept.keys[0].wrapped.size() == 12 + 32 + 16);
}

TEST_CASE("the same text at the same place is sealed the same way, so that a command can be told again word for word") {
  World world;
  CHECK(world.seal("Dear Ada") == world.seal("Dear Ada"));
  CHECK(world.seal("Dear Ada") != world.seal("Dear Eve"));
  CHECK(world.seal("Dear Ada").text != world.seal("Dear Ada", place("inputs")).text);
}

TEST_CASE("nothing is not sealed, and what is plain needs no key") {
  World world;
  CHECK(world.seal("") == PersonalText{});
  const PersonalText plain{"Hello", {}};
  CHECK(world.open(plain).state == State::plain);
  CHECK(world.open(plain).text == "Hello");
  CHECK(world.kept.looks == 0);
}

TEST_CASE("the keys of a page are looked up once") {
  World world;
  const auto first = world.seal("one");
  const auto second = world.seals.key_for("workspace-1", world.seals.subject_id("workspace-1", "eve"))->seal(place(), "two");
  const PersonalText plain{"Hello", {}};
  const PersonalText* const page[] = {&first, &plain, &second, &first};
  const auto keys = world.seals.keys_of(page);
  CHECK(keys.open(place(), first).text == "one");
  CHECK(keys.open(place(), second).text == "two");
  CHECK(world.kept.looks == 1);
}

TEST_CASE("a text that was moved or changed is damaged") {
  World world;
  const auto sealed = world.seal("Dear Ada");
  const std::vector<Place> elsewhere = {place("inputs"), {"workspace-2", {"execution", "e-1"}, "output"}, {"workspace-1", {"execution", "e-2"}, "output"},
                                        {"workspace-1", {"feedback", "e-1"}, "output"}};
  for (const auto& where : elsewhere) {
    CAPTURE(where.workspace + " " + where.stream.text() + " " + where.field);
    CHECK(world.open(sealed, where).state == State::damaged);
  }
  for (std::size_t at = 36; at < sealed.text.size(); ++at) {
    CAPTURE(at);
    auto changed = sealed;
    changed.text[at] = changed.text[at] == 'A' ? 'B' : 'A';
    CHECK(world.open(changed).state == State::damaged);
  }
  CHECK(world.open({sealed.text, "another"}).state == State::damaged);
  CHECK(world.open({"no envelope", world.ada}).state == State::damaged);
  CHECK(world.open({sealed.text.substr(0, 36), world.ada}).state == State::damaged);
}

TEST_CASE("another subject's key does not open it, whoever writes its id before it") {
  World world;
  const auto eve = world.seals.subject_id("workspace-1", "eve");
  (void)world.seals.key_for("workspace-1", eve);
  auto sealed = world.seal("Dear Ada");
  sealed.text.replace(0, 36, world.kept.of_subject("workspace-1", eve)->id);
  CHECK(world.open(sealed).state == State::damaged);
  CHECK(world.open({sealed.text, eve}).state == State::damaged);
}

TEST_CASE("without its key a text is erased, and what is sealed afterwards has another key") {
  World world;
  const auto before = world.seal("Dear Ada");
  world.kept.keys.clear();
  CHECK(world.open(before).state == State::erased);
  CHECK(world.open(before).text.empty());
  const auto after = world.seal("Dear Ada");
  CHECK(after != before);
  CHECK(world.open(after).text == "Dear Ada");
  CHECK(world.open(before).state == State::erased);
}

TEST_CASE("two that seal for a new subject at once agree on one key") {
  World world;
  // Another process is faster, between this one's look and its keeping the key that it made.
  class Late final : public SubjectKeys {
   public:
    explicit Late(test::MemorySubjectKeys& keys) : keys_(keys) {}
    std::optional<WrappedKey> of_subject(const std::string&, const std::string&) override { return std::nullopt; }
    std::vector<WrappedKey> find(const std::vector<std::string>& ids) override { return keys_.find(ids); }
    WrappedKey keep(const WrappedKey& key) override { return keys_.keep(key); }
    std::vector<std::string> masters(std::chrono::milliseconds timeout) override { return keys_.masters(timeout); }

   private:
    test::MemorySubjectKeys& keys_;
  };
  const auto first = world.seal("one");
  Late late{world.kept};
  TextSeals elsewhere{masters(kFirstMaster), late, "name secret"};
  const auto second = elsewhere.key_for("workspace-1", world.ada)->seal(place(), "one");
  CHECK(second == first);
  CHECK(world.kept.keys.size() == 1);
}

TEST_CASE("a new master key comes first, and the old one still opens") {
  World world;
  const auto sealed = world.seal("Dear Ada");
  TextSeals rotated{masters(kSecondMaster + "\n" + kFirstMaster), world.kept, "name secret"};
  CHECK(World::open_by(rotated, sealed).text == "Dear Ada");
  (void)rotated.key_for("workspace-1", rotated.subject_id("workspace-1", "eve"));
  CHECK(world.kept.keys[0].master == masters(kFirstMaster).first()->fingerprint);
  CHECK(world.kept.keys[1].master == masters(kSecondMaster).first()->fingerprint);
  CHECK(rotated.health(std::chrono::seconds(1)).missing.empty());
}

TEST_CASE("without the right master key nothing is sealed or opened, and health says so") {
  World world;
  const auto sealed = world.seal("Dear Ada");
  SUBCASE("none at all") {
    TextSeals none{{}, world.kept, "name secret"};
    CHECK(none.key_for("workspace-1", world.ada).error() == Locked::no_master_key);
    CHECK(World::open_by(none, sealed).state == State::locked);
    CHECK(none.health(std::chrono::seconds(1)).configured == 0);
    CHECK(none.health(std::chrono::seconds(1)).missing == masters(kFirstMaster).fingerprints());
  }
  SUBCASE("another one") {
    TextSeals other{masters(kSecondMaster), world.kept, "name secret"};
    CHECK(other.key_for("workspace-1", world.ada).error() == Locked::other_master_key);
    CHECK(World::open_by(other, sealed).state == State::locked);
    CHECK(other.health(std::chrono::seconds(1)).missing == masters(kFirstMaster).fingerprints());
  }
  SUBCASE("the right one, but the key was changed, or put under another's name") {
    auto& kept = world.kept.keys[0];
    SUBCASE("a byte") { kept.wrapped[20] = static_cast<char>(kept.wrapped[20] ^ 1); }
    SUBCASE("the subject") { kept.subject = world.seals.subject_id("workspace-1", "eve"); }
    SUBCASE("the workspace") { kept.workspace = "workspace-2"; }
    CHECK(World::open_by(world.seals, sealed).state == State::locked);
    CHECK(world.seals.key_for(kept.workspace, kept.subject).error() == Locked::damaged_key);
  }
}

TEST_CASE("keys are sealed under the first master key, so that older ones may go") {
  World world;
  const auto sealed = world.seal("Dear Ada");
  for (int n = 0; n < 1'200; ++n) (void)world.seals.key_for("workspace-1", "subject-" + std::to_string(n));
  const auto before = world.kept.keys;
  const auto go_on = [] { return true; };
  const auto both = masters(kSecondMaster + "\n" + kFirstMaster);

  const auto done = rewrap(both, world.kept, go_on);
  CHECK(done.done == 1'201);
  CHECK(done.locked == 0);
  TextSeals rotated{masters(kSecondMaster), world.kept, "name secret"};
  CHECK(World::open_by(rotated, sealed).text == "Dear Ada");
  CHECK(rotated.health(std::chrono::seconds(1)).missing.empty());
  for (std::size_t n = 0; n < before.size(); ++n) CHECK(world.kept.keys[n].fingerprint == before[n].fingerprint);
  CHECK(rewrap(both, world.kept, go_on).done == 0);

  SUBCASE("a key that no master key here opens stays as it is") {
    const auto third = masters(std::string(64, 'c'));
    const auto locked = rewrap(third, world.kept, go_on);
    CHECK(locked.done == 0);
    CHECK(locked.locked == 1'201);
    CHECK(World::open_by(rotated, sealed).text == "Dear Ada");
  }
  SUBCASE("one that was erased meanwhile stays erased, and whoever is told to stop stops") {
    int asked = 0;
    const auto stopped = rewrap(both, world.kept, [&] { return asked++ > 0; });
    CHECK(stopped.done == 0);
    auto gone = world.kept.keys[0];
    world.kept.keys.clear();
    world.kept.put(gone, gone.master);
    CHECK(world.kept.keys.empty());
  }
}

TEST_CASE("a subject's name is a pseudonym, of its workspace and its ledger") {
  World world;
  CHECK(crypto::is_uuid(world.ada));
  CHECK(world.seals.subject_id("workspace-1", "ada@example.com") == world.ada);
  CHECK(world.seals.subject_id("workspace-2", "ada@example.com") != world.ada);
  CHECK(world.seals.subject_id("workspace-1", "ada@example.co") != world.ada);
  CHECK(world.seals.subject_id("workspace-1a", "da@example.com") != world.ada);
  CHECK(TextSeals{masters(kFirstMaster), world.kept, "another secret"}.subject_id("workspace-1", "ada@example.com") != world.ada);
}

TEST_CASE("an envelope is a key's id and what it opens, one text for each") {
  const Envelope envelope{"01a1fd47-e90a-7b1c-8d2e-0f1a2b3c4d5e", "\x01\x02\x03"};
  CHECK(to_text(envelope) == "01a1fd47-e90a-7b1c-8d2e-0f1a2b3c4d5eAQID");
  CHECK(parse_envelope(to_text(envelope)) == envelope);
  for (const char* wrong : {"", "AQID", "01a1fd47-e90a-7b1c-8d2e-0f1a2b3c4d5", "01A1fd47-e90a-7b1c-8d2e-0f1a2b3c4d5eAQID", "01a1fd47-e90a-7b1c-8d2e-0f1a2b3c4d5eAQID=",
                            "01a1fd47-e90a-7b1c-8d2e-0f1a2b3c4d5eA"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_envelope(wrong));
  }
}

TEST_CASE("master keys are lines of hexadecimal digits") {
  const auto two = masters("# the new one\n" + kSecondMaster + "\r\n\n  " + kFirstMaster + "  \n");
  CHECK(two.fingerprints().size() == 2);
  CHECK(two.first()->fingerprint == masters(kSecondMaster).first()->fingerprint);
  CHECK(two.find(masters(kFirstMaster).first()->fingerprint) != nullptr);
  CHECK(two.find("0000000000000000") == nullptr);
  CHECK(MasterKeys{}.first() == nullptr);

  const std::string wrong[] = {"", "# nothing", "abc", std::string(63, 'a'), std::string(66, 'a'), std::string(64, 'g'), kFirstMaster + "\n" + kFirstMaster};
  for (const auto& text : wrong) {
    CAPTURE(text);
    const auto refused = MasterKeys::parse(text);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().find("aaaa") == std::string::npos);
  }
  CHECK(MasterKeys::parse(kFirstMaster + "\nabc").error() == "line 2 is no key: 64 hexadecimal digits");
  std::string many;
  for (int n = 10; n < 27; ++n) many += std::string(62, 'a') + std::to_string(n) + "\n";
  CHECK(MasterKeys::parse(many).error() == "line 17 is one too many: 16 keys are enough");
}
