"""The faults. Each is a generator: it begins, yields how many seconds it is to last, and mends.

`choose` is a random.Random of its own, so that what it does depends on the seed alone. Each takes what nobody else may touch meanwhile: its
`targets` say what it may be made of, as names of the stage's `locks`.
"""

import dataclasses
import typing

from processes import is_in_order

SESSION_TIMEOUT_S = 6  # of the consumer groups: who is silent for longer has lost his partitions
SERVES, PROJECTS = 3, 2
PROCESSES = [f"process/{number}" for number in range(SERVES + PROJECTS)]
KAFKA_LINKS = [f"link/kafka/{number}" for number in range(SERVES + PROJECTS)]
POSTGRES_LINKS = [f"link/postgres/{number}" for number in range(SERVES + PROJECTS)]
PEER_LINKS = [f"link/peer/{number}" for number in range(SERVES)]
CLOCKS = [f"clock/{number}" for number in range(SERVES + PROJECTS)]


@dataclasses.dataclass(frozen=True)
class Fault:
    make: typing.Callable
    targets: list[str]
    times: int  # in a deck of them all
    taken: int = 1  # how many targets it takes at once

    @property
    def name(self):
        return self.make.__name__


def kill_process(stage, choose, target):
    """kill -9, and a start soon after."""
    process = stage.process(target)
    process.kill()
    stage.killed(process)
    yield choose.uniform(0, 1.5)
    process.start()


def kill_processes(stage, choose, *targets):
    """kill -9 of several in the same moment."""
    processes = [stage.process(target) for target in targets]
    for process in processes:
        process.kill()
        stage.killed(process)
    yield choose.uniform(0, 1.5)
    for process in processes:
        process.start()


def stop_process(stage, choose, target):
    """SIGSTOP for longer than the session time-out, then SIGCONT: others have taken over, and it does not know."""
    stage.process(target).pause()
    yield SESSION_TIMEOUT_S + choose.uniform(1, 3)
    stage.process(target).go_on()


def blink_process(stage, choose, target):
    """SIGSTOP for a moment: nobody takes over."""
    stage.process(target).pause()
    yield choose.uniform(0.2, 3)
    stage.process(target).go_on()


def terminate_process(stage, choose, target):
    """SIGTERM under load: it ends by itself with status 0, or says that it could not start."""
    process = stage.process(target)
    status, end = process.terminate(), process.log_end()
    if not is_in_order(status, end):
        stage.violation(f"{process.name} ended with status {status} on SIGTERM: {end}")
    yield choose.uniform(0, 1)
    process.start()


def kill_server(stage, choose, target):
    """kill -9 of the broker or of PostgreSQL with all its sessions, and a restart."""
    stage.servers.kill(target)
    stage.kills[target] += 1
    yield choose.uniform(0, 2)
    stage.servers.restart(target)


def pause_server(stage, choose, target):
    """A server stands still: past the bound of doubt, sometimes past the commands' deadline."""
    stage.servers.pause(target)
    yield choose.uniform(0.5, 7)
    stage.servers.go_on(target)


def cut_link(stage, choose, target):
    """All connections are reset, a few times."""
    for _ in range(choose.randint(1, 3)):
        stage.link(target).cut()
        yield choose.uniform(0, 1)


def refuse_link(stage, choose, target):
    """Nobody can connect, and who was connected is no more."""
    stage.link(target).refuse()
    stage.link(target).cut()
    yield choose.uniform(0.5, 5)
    stage.link(target).mend()


def delay_link(stage, choose, target):
    """Everything comes late."""
    stage.link(target).delay(choose.uniform(10, 400))
    yield choose.uniform(1, 5)
    stage.link(target).mend()


def hold_link(stage, choose, target):
    """One way only: what was held comes late when it is over, or never."""
    stage.link(target).hold(choose.choice(["up", "down"]))
    yield choose.uniform(0.5, 8)
    if choose.random() < 0.5:
        stage.link(target).cut()
    stage.link(target).mend()


def forget_link(stage, choose, target):
    """Connections die and nobody is told: only a time-out can tell."""
    stage.link(target).forget()
    yield choose.uniform(0, 1)


def fill_disk(stage, choose, target):
    """PostgreSQL's disk is full. It may not survive that."""
    stage.servers.disk.fill()
    yield choose.uniform(1, 5)
    stage.servers.disk.free()
    if not stage.servers.runs(target):
        stage.servers.restart(target)


def shift_clock(stage, choose, target):
    """A process's clock jumps, by less than the guard on clocks lets pass, and back."""
    stage.clock(target).set(choose.uniform(-1.5, 1.5))
    yield choose.uniform(2, 6)
    stage.clock(target).set(0)


def break_clock(stage, choose, target):
    """A process's clock jumps far ahead or back, and back again."""
    stage.clock(target).set(choose.choice([-1, 1]) * choose.choice([5, 60, 3600]))
    yield choose.uniform(2, 6)
    stage.clock(target).set(0)


ALL = [
    Fault(kill_process, PROCESSES, 10),
    Fault(kill_processes, PROCESSES, 3, taken=2),
    Fault(kill_processes, PROCESSES[:SERVES], 1, taken=SERVES),
    Fault(stop_process, PROCESSES, 2),
    Fault(blink_process, PROCESSES, 2),
    Fault(terminate_process, PROCESSES, 2),
    Fault(kill_server, ["kafka", "postgres"], 2),
    Fault(pause_server, ["kafka", "postgres"], 1),
    Fault(cut_link, KAFKA_LINKS + POSTGRES_LINKS + PEER_LINKS, 2),
    Fault(refuse_link, KAFKA_LINKS + POSTGRES_LINKS + PEER_LINKS, 2),
    Fault(delay_link, KAFKA_LINKS + POSTGRES_LINKS + PEER_LINKS, 2),
    Fault(hold_link, KAFKA_LINKS, 2),
    Fault(hold_link, POSTGRES_LINKS, 1),
    Fault(hold_link, PEER_LINKS, 1),
    Fault(forget_link, KAFKA_LINKS, 1),
    Fault(forget_link, POSTGRES_LINKS, 1),
    Fault(forget_link, PEER_LINKS, 1),
    Fault(fill_disk, ["postgres"], 1),
    Fault(shift_clock, CLOCKS, 2),
    Fault(break_clock, CLOCKS, 2),
]
