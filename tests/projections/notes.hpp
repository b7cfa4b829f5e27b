#pragma once

#include "projections/projection.hpp"

namespace ledger::test {

// A read model as small as can be: the value of every note. PostgreSQL refuses the note "poison" until its constraint
// is dropped, and the model itself refuses "riddle" as long as it has not the key.
class Notes final : public projections::Projection {
 public:
  explicit Notes(int version = 1) : version_{version} {}
  std::string_view name() const override { return "notes"; }
  int version() const override { return version_; }
  std::vector<std::string_view> topics() const override { return {"log.prompts"}; }
  std::string_view tables_sql() const override {
    return R"sql(
      CREATE TABLE note (stream text, sequence int8, value text NOT NULL, PRIMARY KEY (stream, sequence),
        CONSTRAINT no_poison CHECK (value <> '{"value":"poison"}'));
      CREATE TABLE riddle_key (found bool);)sql";
  }
  std::vector<projections::Refusal> apply(pg::Connection& connection,
                                          std::span<const projections::Applied> batch) const override;

 private:
  int version_;
};

}  // namespace ledger::test
