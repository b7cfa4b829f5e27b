"""When which fault is made: all of it from a seed, and then run, faults over faults."""

import collections
import contextlib
import dataclasses
import random
import threading
import time
import traceback

GAP_S = 1.0  # between the beginnings of two faults, on average
END_LIMIT_S = 150  # for the last of a burst to have ended


@dataclasses.dataclass(frozen=True)
class Event:
    at_s: float
    fault: object
    targets: tuple[str, ...]
    seed: str

    def __str__(self):
        return f"{self.at_s:6.2f} s {self.fault.name} {' '.join(self.targets)}"


class Deck:
    """Every fault as often as it is in the list, in random order; then shuffled again."""

    def __init__(self, faults, seed):
        self._faults, self._seed = faults, seed
        self._choose = random.Random(f"{seed}/deck")
        self._left = []
        self._dealt = 0

    def burst(self, length_s):
        """The events of so many seconds."""
        events, at_s = [], 0.0
        while (at_s := at_s + self._choose.expovariate(1 / GAP_S)) < length_s:
            events.append(self._deal(at_s))
        return events

    def _deal(self, at_s):
        if not self._left:
            self._left = [fault for fault in self._faults for _ in range(fault.times)]
            self._choose.shuffle(self._left)
        fault = self._left.pop()
        self._dealt += 1
        return Event(at_s, fault, tuple(sorted(self._choose.sample(fault.targets, fault.taken))), f"{self._seed}/{self._dealt}")


class Burst:
    """Events under way. Two that need the same target come one after the other."""

    def __init__(self, stage, events, say):
        self._stage, self._say = stage, say
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._under_way = 0
        self.made = collections.Counter()
        self.most_at_once = 0
        self.failures = []
        self._threads = [threading.Thread(target=self._make, args=[event], daemon=True) for event in events]
        for thread in self._threads:
            thread.start()

    def join(self):
        """Until all have ended and are mended."""
        deadline = time.monotonic() + END_LIMIT_S
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
            assert not thread.is_alive(), f"a fault has not ended within {END_LIMIT_S} s"

    def _make(self, event):
        time.sleep(max(0.0, self._began + event.at_s - time.monotonic()))
        with contextlib.ExitStack() as held:
            for target in event.targets:
                held.enter_context(self._stage.locks[target])
            self._count(event, 1)
            self._say(f"{time.monotonic() - self._began:6.2f} s {event.fault.name} {' '.join(event.targets)}")
            try:
                for length_s in event.fault.make(self._stage, random.Random(event.seed), *event.targets):
                    time.sleep(length_s)
            except Exception:  # whatever it is, this run has failed, and the trace says why
                self.failures.append(f"{event}: {traceback.format_exc()}")
            self._count(event, -1)

    def _count(self, event, change):
        with self._lock:
            self._under_way += change
            self.most_at_once = max(self.most_at_once, self._under_way)
            if change > 0:
                self.made[event.fault.name] += 1
