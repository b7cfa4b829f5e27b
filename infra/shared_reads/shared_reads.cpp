#include "infra/shared_reads/shared_reads.hpp"

#include "infra/shared_reads/shared_reader.hpp"
#include "infra/shared_reads/trunk.hpp"

namespace ledger::shared_reads {

SharedReads::SharedReads(log::Log& behind, SharedReadsSettings settings)
    : log::ForwardingLog{behind}, trunk_{std::make_shared<Trunk>(behind, settings.window_bytes)} {}

std::unique_ptr<log::Reader> SharedReads::read(const std::vector<log::ReadFrom>& from) {
  return std::make_unique<SharedReader>(behind(), trunk_, from);
}

}  // namespace ledger::shared_reads
