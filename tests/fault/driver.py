"""Puts a ledger of many processes under a write load, makes faults over faults, and checks that nothing was lost or done twice.

    driver.py [SEED] [--long] [--rounds N] [--bursts N] [--clients N] [--keep] [--quiet]

A round is some bursts of faults, each followed by calm in which every process has to be at work again, and then the checks: one round of 3
bursts, or 8 of 5 with --long. Everything random comes from the seed, which is printed (what happens when is still the machine's). With --keep the
logs stay where it says.
"""

import argparse
import collections
import contextlib
import itertools
import os
import pathlib
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback

import checker
import faults
from calls import Door, Told
from clients import Crowd
from schedule import Burst, Deck
from stage import PUBLISHED, TOPIC, Stage

WARM_UP = 10  # commands that each node acknowledges before a burst
SOME = 10  # and that show afterwards that it is at work again
RECOVERY_S = 60  # for both, from the end of the last fault on
BURST_S = 20
SHORT, LONG = (1, 3), (8, 5)  # rounds, and bursts of each
REPORTED = 20  # violations of one round that are printed


class Run:
    """Rounds on one stage."""

    def __init__(self, stage, chosen):
        self._stage, self._chosen = stage, chosen
        self._deck = Deck(faults.ALL, chosen.seed)
        self._nodes = range(faults.SERVES)
        self.calls = []
        self.made, self.told, self.reads = collections.Counter(), collections.Counter(), collections.Counter()
        self.most_at_once, self.slowest_s, self.violations = 0, 0.0, 0

    def round(self, number):
        """True if everything held."""
        began = time.monotonic()
        crowd = Crowd(self._chosen.clients, f"{self._chosen.seed}/{number}", [serve.port for serve in self._stage.serves], self._stage.workspaces)
        violations = checker.Violations()
        try:
            with contextlib.ExitStack() as stack:
                stack.callback(crowd.stop)
                crowd.await_progress(self._nodes, WARM_UP, RECOVERY_S)
                for _ in range(self._chosen.bursts):
                    self._burst(crowd, violations)
            self._note(crowd)
            violations += crowd.violations + self._stage.take_violations()
            numbers = self._check(crowd.calls, violations)
        except Exception:  # whatever it is, the round has failed, and its place says why
            traceback.print_exc(file=sys.stdout)
            violations += crowd.violations + self._stage.take_violations()
            violations.append("the round did not come to its end")
            numbers = ""
        for violation in violations[:REPORTED]:
            print("  VIOLATION:", violation)
        self.violations += len(violations)
        print(f"round {number}: {len(violations)} violations in {time.monotonic() - began:.0f} s; {len(crowd.calls)} commands; {numbers}", flush=True)
        return not violations

    def _burst(self, crowd, violations):
        burst = Burst(self._stage, self._deck.burst(BURST_S), self._say)
        burst.join()
        self.made += burst.made
        self.most_at_once = max(self.most_at_once, burst.most_at_once)
        violations += burst.failures
        ready_s = self._stage.await_ready(RECOVERY_S)
        work_s = crowd.await_progress(self._nodes, SOME, RECOVERY_S - ready_s)
        self.slowest_s = max(self.slowest_s, ready_s + work_s)
        self._say(f"calm: all ready after {ready_s:.1f} s, at work {work_s:.1f} s later")

    def _check(self, calls, violations):
        """One line of numbers."""
        self.calls += calls
        checker.settle_open(calls, self._doors, violations)
        checker.check_calls(self.calls, checker.read_log(self._stage.servers.kafka_address, TOPIC, violations)[0], violations)
        checker.retry(calls, self._doors, violations)
        counted, voids = checker.read_log(self._stage.servers.kafka_address, TOPIC, violations)
        checker.check_calls(self.calls, counted, violations)
        checker.check_streams(counted, violations)
        checker.check_heads(self._stage.serves, TOPIC, counted, violations)
        checker.check_history(self._stage.postgres, TOPIC, counted, violations)
        checker.check_published(lambda: checker.read_published(self._stage.servers.kafka_address, PUBLISHED), counted, violations)
        checker.check_rebuild(self._stage.run, violations)
        return f"{len(counted)} records count, {sum(voids.values())} are void ({dict(voids)})"

    def _doors(self, call):
        """Each node in turn, for ever."""
        key = self._stage.workspaces[call.workspace].key
        return itertools.cycle([Door(node, self._stage.serves[node].port, key) for node in self._nodes])

    def _note(self, crowd):
        self.told += collections.Counter(call.told for call in crowd.calls)
        for client in crowd.clients:
            self.reads += client.reads

    def _say(self, line):
        if not self._chosen.quiet:
            print("  " + line, flush=True)

    def report(self):
        kills = ", ".join(f"{count} of {what}" for what, count in sorted(self._stage.kills.items()))
        told = ", ".join(f"{self.told[kind]} {kind.value}" for kind in Told if self.told[kind])
        print(f"{sum(self._stage.kills.values())} kills ({kills}); {self._stage.ended_by_themselves} processes ended by themselves")
        print(f"{sum(self.made.values())} faults, up to {self.most_at_once} at once: " + ", ".join(f"{count} {name}" for name, count in sorted(self.made.items())))
        print(f"{len(self.calls)} commands: {told}; reads behind a position: {dict(self.reads)}")
        print(f"the slowest calm took {self.slowest_s:.1f} s; {self.violations} violations")


def run_all(chosen, directory):
    stage = Stage(directory)
    run = Run(stage, chosen)
    passed = failed = 0
    try:
        stage.start()
        for number in range(chosen.rounds):
            if run.round(number):
                passed += 1
                continue
            failed += 1
            break  # what follows would stand on what is broken
    except Exception:
        traceback.print_exc(file=sys.stdout)
        failed += 1
    finally:
        if failed:
            for process in stage.processes:
                print(f"--- the end of {process.name}'s log\n{process.log_end()}", flush=True)
        run.report()
        if chosen.keep:
            kept = shutil.copytree(directory, f"{directory}.kept", ignore=shutil.ignore_patterns("data", "disk", "jars", "password", "key"))
            print(f"logs: {kept}")
        stage.close()
    return passed, failed


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("seed", nargs="?", type=int, default=random.SystemRandom().randrange(1_000_000))
    arguments.add_argument("--clients", type=int, default=16)
    arguments.add_argument("--long", action="store_true")
    arguments.add_argument("--rounds", type=int)
    arguments.add_argument("--bursts", type=int)
    arguments.add_argument("--keep", action="store_true")
    arguments.add_argument("--quiet", action="store_true")
    chosen = arguments.parse_args()
    rounds, bursts = LONG if chosen.long else SHORT
    chosen.rounds, chosen.bursts = chosen.rounds or rounds, chosen.bursts or bursts
    print("seed", chosen.seed, flush=True)
    for stop in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, lambda number, frame: sys.exit(128 + number))

    directory = pathlib.Path(tempfile.mkdtemp(prefix="promptledger-fault."))
    os.chmod(directory, 0o755)  # PostgreSQL's user has to enter
    began = time.monotonic()
    try:
        passed, failed = run_all(chosen, directory)
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    print(f"{time.monotonic() - began:.0f} s")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
