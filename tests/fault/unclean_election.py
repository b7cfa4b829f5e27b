"""An unclean election, for real: three brokers, of which two hold the partition. The follower is stopped, commands are acknowledged by the
leader alone, the leader dies, and the follower leads without having them. Running processes halt; `promptledger heal` puts back what is lost.

The ledger refuses to start on a topic that allows this, so it is allowed only while the fault is made.
"""

import sys
import traceback
from pathlib import Path

from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "support"))

import ledger_server  # noqa: E402
from heal_stage import HealStage, wait_until  # noqa: E402
from own_kafka import OwnCluster, own  # noqa: E402

TWO_COPIES = ["--kafka-replication-factor", "2", "--kafka-min-insync-replicas", "1"]


class Partition:
    """The partition that the commands go to, as the brokers tell it."""

    def __init__(self, brokers, topic, number):
        self._admin, self._topic, self._number = AdminClient({"bootstrap.servers": brokers}), topic, number

    def now(self):
        return self._admin.list_topics(self._topic, timeout=10).topics[self._topic].partitions[self._number]

    def wait(self, true, what):
        def is_so():
            try:
                return true(self.now())
            except Exception:  # no broker answers just now
                return False

        wait_until(is_so, what)

    def allow_unclean(self, value):
        entry = ConfigEntry("unclean.leader.election.enable", value, incremental_operation=AlterConfigOpType.SET)
        resource = ConfigResource(ResourceType.TOPIC, self._topic, incremental_configs=[entry])
        self._admin.incremental_alter_configs([resource])[resource].result(30)


def elect_uncleanly(kafka, partition, work):
    """What `work` writes is lost."""
    partition.wait(lambda now: len(now.isrs) == 2, "both copies")
    leader = partition.now().leader
    follower = next(number for number in partition.now().replicas if number != leader)
    partition.allow_unclean("true")
    kafka.stop_broker(follower)
    partition.wait(lambda now: now.isrs == [leader], "the leader alone")
    work()
    kafka.kill_broker(leader)
    kafka.start_broker(follower)
    partition.wait(lambda now: now.leader == follower, "the unclean election")
    partition.allow_unclean("false")
    kafka.wait_broker(follower)
    kafka.start_broker(leader)
    kafka.wait_broker(leader)
    partition.wait(lambda now: len(now.isrs) == 2, "both copies again")
    print(f"broker {follower} leads without what broker {leader} had acknowledged", flush=True)


def check_others_go_on(node):
    """Topics that allowed no unclean election have lost nothing."""
    health = node.call("GET", "/health", key=None)
    others = {p["phase"] for p in health.json["components"]["commands"]["partitions"] if not p["topic"].endswith(".prompts")}
    assert health.status == 200 and health.json["status"] == "degraded" and "halted" not in others, health
    assert node.call("GET", "/health/ready", key=None).status == 200


def scenario():
    with own(OwnCluster) as kafka, ledger_server.ledger() as ledger:
        stage = HealStage(ledger, kafka).start(*TWO_COPIES)
        stage.work(2)
        elect_uncleanly(kafka, Partition(kafka.address, *stage.home), lambda: stage.work(5))
        stage.wait_halted()
        check_others_go_on(stage.serve)
        for words, status in (((), 3), (("--apply",), 0), ((), 0)):
            told = stage.heal(*words)
            print(told.stdout, flush=True)
            assert told.returncode == status, told.stderr
        stage.stop()
        stage.check_goes_on()


def main():
    try:
        scenario()
    except Exception:
        traceback.print_exc()
        print("0 passed, 1 failed")
        return 1
    print("1 passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
