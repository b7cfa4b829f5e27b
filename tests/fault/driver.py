"""Puts a ledger of its own under a write load, makes one fault after the other, and checks after each that nothing was lost or done twice.

    driver.py [SEED] [--only FAULT] [--clients N] [--rounds N] [--keep]

Everything random comes from the seed, which is printed (what happens when is still the machine's). FAULT is a name of faults.py. With --keep
the servers' and the ledger's logs stay where it says.
"""

import argparse
import collections
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
from clients import Crowd, Prompts, Told
from servers import Servers

from ledger_server import Ledger  # checker knows where

WARM_UP = 50  # acknowledged commands before a fault
REPORTED = 20  # violations of one fault that are printed


class Stage:
    """What a fault may touch."""

    def __init__(self, servers, ledger, choose):
        self.servers, self.ledger, self.choose = servers, ledger, choose
        self.crowd = None


def check(stage, crowd, topic):
    """The violations, and one line of numbers."""
    violations = checker.Violations(crowd.violations)
    told = collections.Counter(call.told for call in crowd.calls)
    checker.settle_open(crowd.calls, stage.ledger.port, stage.ledger.key, violations)
    checker.check_calls(crowd.calls, checker.read_log(stage.ledger.kafka, topic, violations)[0], violations)
    checker.retry(crowd.calls, stage.ledger.port, stage.ledger.key, violations)
    counted, voids = checker.read_log(stage.ledger.kafka, topic, violations)
    checker.check_calls(crowd.calls, counted, violations)
    checker.check_streams(counted, violations)
    checker.check_history(stage.ledger.postgres, topic, counted, violations)
    checker.check_rebuild(stage.ledger, violations)
    numbers = [f"{told[kind]} {kind.value}" for kind in Told if told[kind]]
    return violations, f"{len(crowd.calls)} commands ({', '.join(numbers)}); {len(counted)} records count, {sum(voids.values())} are void"


def run_fault(fault, stage, prompts, clients, seed):
    """True if everything held."""
    began = time.monotonic()
    topic = f"{stage.ledger.prefix}.log.prompts"
    crowd = stage.crowd = Crowd(clients, seed, stage.ledger.port, stage.ledger.key, prompts)
    try:
        try:
            crowd.await_progress(WARM_UP, faults.RECOVERY_S)
            fault(stage)
        finally:
            crowd.stop()
        violations, numbers = check(stage, crowd, topic)
    except Exception:  # whatever it is, the fault's test has failed, and its place says why
        traceback.print_exc(file=sys.stdout)
        return False
    for violation in violations[:REPORTED]:
        print("  VIOLATION:", violation)
    print(f"{fault.__name__}: {len(violations)} violations in {time.monotonic() - began:.0f} s; {numbers}", flush=True)
    return not violations


def run_all(chosen, servers, directory):
    ledger = Ledger(directory)
    passed = failed = 0
    try:
        ledger.start(*faults.FLAGS)
        stage = Stage(servers, ledger, random.Random(chosen.seed))
        prompts = Prompts()
        for number in range(chosen.rounds):
            for fault in faults.ALL:
                if chosen.only not in (None, fault.__name__):
                    continue
                if run_fault(fault, stage, prompts, chosen.clients, f"{chosen.seed}/{number}/{fault.__name__}"):
                    passed += 1
                    continue
                failed += 1
                print("--- the end of the ledger's log\n" + ledger.log_path.read_text()[-4000:], flush=True)
                return passed, failed  # what follows would stand on what is broken
    finally:
        if ledger.process is not None:
            ledger.stop(signal.SIGKILL)
    return passed, failed


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("seed", nargs="?", type=int, default=random.SystemRandom().randrange(1_000_000))
    arguments.add_argument("--only", choices=[fault.__name__ for fault in faults.ALL])
    arguments.add_argument("--clients", type=int, default=12)
    arguments.add_argument("--rounds", type=int, default=1)
    arguments.add_argument("--keep", action="store_true")
    chosen = arguments.parse_args()
    print("seed", chosen.seed, flush=True)
    for stop in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, lambda number, frame: sys.exit(128 + number))

    directory = pathlib.Path(tempfile.mkdtemp(prefix="promptledger-fault."))
    os.chmod(directory, 0o755)  # PostgreSQL's user has to enter
    servers = Servers(directory / "servers")
    passed = failed = 0
    try:
        servers.start()
        passed, failed = run_all(chosen, servers, directory)
    except Exception:
        traceback.print_exc(file=sys.stdout)
        failed += 1
    finally:
        if chosen.keep:
            shutil.copytree(directory, str(directory) + ".kept", ignore=shutil.ignore_patterns("data", "jars", "password", "key"))
            print(f"logs: {directory}.kept")
        servers.remove()
        shutil.rmtree(directory, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
