"""The faults. Each is made while the crowd is at work, and has been mended when its function returns."""

import signal
import time

RECOVERY_S = 40  # until commands are acknowledged again
DOUBT_MS = 1_000
DEADLINE_MS = 4_000
# What the ledger is started with, so that doubt and deadlines come while a test waits for them.
FLAGS = ("--command-doubt-after-ms", str(DOUBT_MS), "--command-deadline-ms", str(DEADLINE_MS), "--command-log-timeout-ms", "3000")
SOME = 20  # acknowledged commands that show that work goes on


def kill_ledger(stage):
    """kill -9 of the ledger, and a restart; three times."""
    for _ in range(3):
        time.sleep(stage.choose.uniform(0.2, 1.0))
        stage.ledger.stop(signal.SIGKILL)
        stage.ledger.start(*FLAGS)
        stage.crowd.await_progress(SOME, RECOVERY_S)


def kill_broker(stage):
    """kill -9 of the broker, and a restart some time later."""
    stage.servers.kill("kafka")
    time.sleep(stage.choose.uniform(0, 2))
    stage.servers.restart("kafka")
    stage.crowd.await_progress(SOME, RECOVERY_S)


def pause_broker(stage):
    """The broker stands still for longer than the bound of doubt, but not past the commands' deadline."""
    stage.servers.pause("kafka")
    time.sleep(stage.choose.uniform(1.5, 2.5) * DOUBT_MS / 1000)
    stage.servers.go_on("kafka")
    stage.crowd.await_progress(SOME, RECOVERY_S)


def pause_broker_past_the_deadline(stage):
    """The broker stands still until nobody can say in time what became of a command."""
    stage.servers.pause("kafka")
    time.sleep(DEADLINE_MS / 1000 + stage.choose.uniform(3, 6))
    stage.servers.go_on("kafka")
    stage.crowd.await_progress(SOME, RECOVERY_S)


def kill_postgres(stage):
    """kill -9 of PostgreSQL with all its sessions, and a restart some time later."""
    stage.servers.kill("postgres")
    time.sleep(stage.choose.uniform(0, 2))
    stage.servers.restart("postgres")
    stage.crowd.await_progress(SOME, RECOVERY_S)


def terminate_ledger(stage):
    """SIGTERM under load: the ledger ends by itself with status 0, and loses nothing."""
    status = stage.ledger.stop(signal.SIGTERM)
    assert status == 0, f"after SIGTERM the exit status is {status}"
    stage.ledger.start(*FLAGS)
    stage.crowd.await_progress(SOME, RECOVERY_S)


ALL = (kill_ledger, kill_broker, pause_broker, pause_broker_past_the_deadline, kill_postgres, terminate_ledger)
