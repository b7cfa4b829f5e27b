#pragma once

namespace ledger::kafka {

// librdkafka 2.0.2 waits until a time of day (`cnd_timedwait`): when the machine's clock is set back by an hour, its threads stand still for
// an hour (confluentinc/librdkafka#2145). steady_waits.cpp defines that function anew for the whole process, on the steady clock. Whoever makes a
// client calls this, so that a program with a client has it; it does nothing else.
void have_steady_waits() noexcept;

}  // namespace ledger::kafka
