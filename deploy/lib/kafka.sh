# One private Kafka broker (KRaft, broker and controller in one) on loopback, everything below one directory. Sourced; needs
# progress.sh, process.sh, ports.sh and jars.sh. What a broker of three (kafka_cluster.sh) has in common with it is here too.
#
#   DIR/kafka.pid  kafka.port  kafka.log  server.properties  data/  tmp/

kafka_heap=(-Xms256m -Xmx512m)

# The Java on the path if it is new enough (Kafka 4 needs 17), else Debian's own.
kafka_java() {
  local java version
  for java in "$(command -v java)" /usr/lib/jvm/java-17-openjdk-*/bin/java; do
    version=$("$java" -version 2>&1 | sed -n 's/^[^"]*version "\([0-9]*\).*/\1/p') || continue
    if ((${version:-0} >= 17)); then
      printf '%s\n' "$java"
      return
    fi
  done
  fail "Kafka needs Java 17 or later, and none was found"
}

# kafka_write_settings DIR NODE PORT CONTROLLER_PORT VOTERS BROKERS: every partition is kept by all of the brokers, and one may be away.
kafka_write_settings() {
  local dir=$1 node=$2 port=$3 controller_port=$4 voters=$5 copies=$6 in_sync=$(($6 > 1 ? $6 - 1 : 1))
  mkdir -p "$dir/data" "$dir/tmp"
  chmod 700 "$dir/data" # what the ledger holds is nobody else's to read
  dir=$(cd "$dir" && pwd)
  cat > "$dir/server.properties" << END
# Written anew at every start by deploy/lib/kafka.sh.
process.roles=broker,controller
node.id=$node
controller.quorum.voters=$voters
listeners=CLIENT://127.0.0.1:$port,CONTROLLER://127.0.0.1:$controller_port
advertised.listeners=CLIENT://127.0.0.1:$port
listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT
controller.listener.names=CONTROLLER
inter.broker.listener.name=CLIENT
log.dirs=$dir/data

# What the ledger's guards ask for (protocol, step 23): nothing vanishes by age or size, and nothing is made by a mistyped name.
auto.create.topics.enable=false
unclean.leader.election.enable=false
min.insync.replicas=$in_sync
default.replication.factor=$copies
log.cleanup.policy=delete
log.retention.ms=-1
log.retention.bytes=-1
# A record is 2 MiB at most; the batch around it needs a little more.
message.max.bytes=2162688
replica.fetch.max.bytes=2162688

# Kafka's own topics; there are few clients.
offsets.topic.replication.factor=$copies
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=$copies
transaction.state.log.min.isr=$in_sync
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=$copies
share.coordinator.state.topic.min.isr=$in_sync
group.initial.rebalance.delay.ms=0

# Small and quick to start: the cleaner's default buffer alone is a quarter of the heap.
log.cleaner.dedupe.buffer.size=4194304
num.network.threads=2
num.io.threads=4
broker.heartbeat.interval.ms=500
END
}

# No '-' in it: at its beginning it would be taken for an option.
kafka_new_cluster_id() {
  head -c 16 /dev/urandom | base64 | tr '+/' 'ab' | tr -d =
}

# kafka_spawn DIR DEATH_SIGNAL: returns before the broker is ready.
kafka_spawn() {
  local dir=$1 death_signal=$2 port controller_port
  process_stop "An earlier Kafka" "$dir/kafka.pid" TERM 30
  port=$(free_port "$dir/kafka.port")
  controller_port=$(free_port)
  kafka_write_settings "$dir" 1 "$port" "$controller_port" "1@127.0.0.1:$controller_port" 1
  printf '%s\n' "$port" > "$dir/kafka.port"
  kafka_start "$dir" "$(kafka_new_cluster_id)" "$death_signal"
}

# kafka_start DIR CLUSTER_ID DEATH_SIGNAL: with the settings that are written; formats the storage when it is new.
kafka_start() {
  local dir cluster_id=$2 death_signal=$3 java jars
  dir=$(cd "$1" && pwd)
  java=$(kafka_java)
  jars=$(kafka_jars_dir)
  local jvm=("$java" "-Djava.io.tmpdir=$dir/tmp" -XX:-UsePerfData -XX:+UseSerialGC -cp "$jars/*"
    "-Dlog4j2.configurationFile=$root_dir/deploy/kafka/log4j2.properties")
  if [[ ! -e $dir/data/meta.properties ]]; then
    "${jvm[@]}" -XX:TieredStopAtLevel=1 kafka.tools.StorageTool format --config "$dir/server.properties" \
      --cluster-id "$cluster_id" < /dev/null > "$dir/format.log" 2>&1 ||
      fail "Kafka's storage could not be formatted" "$dir/format.log"
  fi
  [[ ! -e $dir/kafka.log ]] || mv -f "$dir/kafka.log" "$dir/kafka.log.1"
  process_start "$dir/kafka.pid" "$dir/kafka.log" "$death_signal" \
    "${jvm[@]}" "${kafka_heap[@]}" kafka.Kafka "$dir/server.properties"
}

kafka_wait() {
  process_wait_ready Kafka "$1/kafka.pid" "$1/kafka.log" "${PROMPTLEDGER_START_LIMIT_S:-60}" \
    grep -q 'Kafka Server started' "$1/kafka.log"
}

kafka_stop() {
  process_stop Kafka "$1/kafka.pid" TERM "${2:-30}"
}

# HOST:PORT for clients.
kafka_address() {
  printf '127.0.0.1:%s\n' "$(< "$1/kafka.port")"
}
