"""A process whose clock is an hour ahead, and is then set right, goes on by steady time."""

import os
import subprocess
import time

from clock import Clock
from processes import environment_of, is_said

SET_BACK_AFTER_S = 0.5
END_LIMIT_S = 30


def test_a_refused_start_ends_at_once_although_the_clock_is_set_back(tmp_path):
    """librdkafka's own waits would last as long as the clock was ahead."""
    clock = Clock(tmp_path / "clock")
    clock.set(3600)
    nobody = {"PROMPTLEDGER_POSTGRES": "postgresql://nobody:nothing@127.0.0.1:9/nowhere", "PROMPTLEDGER_KAFKA_TOPIC_PREFIX": f"clock{os.getpid()}"}
    environment = environment_of(PROMPTLEDGER_KAFKA=os.environ["PROMPTLEDGER_TEST_KAFKA"], **nobody, **clock.environment)
    process = subprocess.Popen([os.environ["PROMPTLEDGER_TEST_BINARY"], "up", "--http-port", "0"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        time.sleep(SET_BACK_AFTER_S)
        clock.set(0)
        _, said = process.communicate(timeout=END_LIMIT_S)
    finally:
        process.kill()
    assert is_said(process.returncode, said) and "Connection refused" in said
