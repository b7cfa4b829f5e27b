"""The ledger's processes, and who starts them again when they end."""

import json
import os
import pathlib
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request

BACK_OFF_S = (0.5, 4.0)  # before a process that ended by itself is started again: doubled up to the second
STAYED_S = 5.0  # who ran so long begins with the first again
HEARS_AFTER_S = 1  # who was only just started does not know of signals yet
STOP_LIMIT_S = 30
LOOK_EVERY_S = 0.05
ANSWER_LIMIT_S = 2
LOG_END_BYTES = 4000


class Process:
    """One of the ledger's processes: started, killed, stopped, let go on. Ends that nobody asked for are kept in `ends`."""

    def __init__(self, name, words, environment, port, log_path):
        self.name, self.port, self.log_path = name, port, pathlib.Path(log_path)
        self._words, self._environment = words, environment
        self._lock = threading.Lock()
        self._process = None
        self._began, self._log_began = 0.0, 0
        self._back_off_s = BACK_OFF_S[0]
        self._start_at = None
        self.ends = []

    def start(self):
        with self._lock:
            self._start()

    def _start(self):
        with self.log_path.open("ab") as log:
            self._log_began = log.tell()
            self._process = subprocess.Popen(self._words, env=self._environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        self._began = time.monotonic()
        self._start_at = None

    def kill(self):
        with self._lock:
            if self._process is not None:
                self._process.kill()
                self._process.wait()
                self._process = None
            self._start_at = None

    def pause(self):
        self._signal(signal.SIGSTOP)

    def go_on(self):
        self._signal(signal.SIGCONT)

    def _signal(self, number):
        with self._lock:
            if self._process is not None:
                self._process.send_signal(number)

    def terminate(self):
        """Asks it to end and says with what status it did, -9 when it did not within the limit; None if there was none to ask."""
        with self._lock:
            if self._process is None:
                return None
            time.sleep(max(0.0, self._began + HEARS_AFTER_S - time.monotonic()))
            self._process.terminate()
            try:
                self._process.wait(STOP_LIMIT_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
            ended, self._process = self._process, None
            return ended.wait()

    def look_after(self):
        """Sees that it has ended by itself, and starts it again when its time has come. Somebody who is at work on it is not waited for."""
        if not self._lock.acquire(blocking=False):
            return
        try:
            if self._process is not None and (status := self._process.poll()) is not None:
                now = time.monotonic()
                self._process = None
                self.ends.append((status, self.log_end()))
                self._back_off_s = BACK_OFF_S[0] if now - self._began > STAYED_S else min(2 * self._back_off_s, BACK_OFF_S[1])
                self._start_at = now + self._back_off_s
            elif self._start_at is not None and time.monotonic() > self._start_at:
                self._start()
        finally:
            self._lock.release()

    def log_end(self):
        """Of what it said of itself, not of requests, since it was last started."""
        lines = self.log_path.read_bytes()[self._log_began :].decode(errors="replace").splitlines()
        return "\n".join(line for line in lines if " request method=" not in line)[-LOG_END_BYTES:]

    def health(self):
        """What /health says, or None when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=ANSWER_LIMIT_S) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            return json.load(refused)
        except (OSError, ValueError):
            return None

    def is_ready(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health/ready", timeout=ANSWER_LIMIT_S) as answer:
                return answer.status == 200
        except OSError:
            return False


class Supervisor:
    """Looks after all of them until it is closed."""

    def __init__(self, processes):
        self._processes = processes
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self):
        while not self._closed.wait(LOOK_EVERY_S):
            for process in self._processes:
                process.look_after()

    def close(self):
        self._closed.set()
        self._thread.join()
        for process in self._processes:
            process.kill()


def environment_of(**named):
    """Ours, without what would be settings of the ledger, and these. The mark by which ./test finds what is left behind stays."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PROMPTLEDGER_") or name == "PROMPTLEDGER_TEST_RUN"}
    return own | named


def is_said(status, log_end):
    """An end with status 1, whose last line is an error."""
    lines = log_end.strip().splitlines()
    return status == 1 and bool(lines) and " error " in lines[-1]


def is_in_order(status, log_end):
    """What SIGTERM may come to: the end that was asked for, or one that was under way; or nothing had begun yet."""
    ended_anyway = is_said(1, log_end)
    return status in (0, None) or (status == 1 and ended_anyway) or (status == -signal.SIGTERM and (ended_anyway or not log_end.strip()))
