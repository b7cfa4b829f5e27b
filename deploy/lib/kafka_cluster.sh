# Three Kafka brokers on loopback, each of them broker and controller, for what one broker cannot show: copies, changes of leader, rolling
# restarts. Sourced; needs kafka.sh and what that needs.
#
#   DIR/1 DIR/2 DIR/3: each as kafka.sh has it for one, and controller.port; DIR/cluster.id
#
# The ports stay while any broker runs: the others know them.

kafka_cluster_size=3

kafka_cluster_voters() {
  local dir=$1 number voters=
  for ((number = 1; number <= kafka_cluster_size; ++number)); do
    voters+=${voters:+,}$number@127.0.0.1:$(< "$dir/$number/controller.port")
  done
  printf '%s\n' "$voters"
}

# Each broker's two ports: those that it had, if they are free. No two of the six are alike.
kafka_cluster_draw_ports() {
  local dir=$1 number name port
  while true; do
    for ((number = 1; number <= kafka_cluster_size; ++number)); do
      for name in kafka controller; do
        port=$(free_port "$dir/$number/$name.port")
        printf '%s\n' "$port" > "$dir/$number/$name.port"
      done
    done
    if (($(sort -u "$dir"/*/*.port | wc -l) == 2 * kafka_cluster_size)); then return; fi
    rm -f -- "$dir"/*/*.port
  done
}

# kafka_cluster_spawn DIR DEATH_SIGNAL: all brokers. Returns before they are ready.
kafka_cluster_spawn() {
  local dir=$1 death_signal=$2 number
  kafka_cluster_stop "$dir"
  for ((number = 1; number <= kafka_cluster_size; ++number)); do mkdir -p "$dir/$number"; done
  kafka_cluster_draw_ports "$dir"
  [[ -s $dir/cluster.id ]] || kafka_new_cluster_id > "$dir/cluster.id"
  for ((number = 1; number <= kafka_cluster_size; ++number)); do kafka_broker_spawn "$dir" "$number" "$death_signal"; done
}

# kafka_broker_spawn DIR NUMBER DEATH_SIGNAL: one of them, on the ports that it had.
kafka_broker_spawn() {
  local dir=$1 number=$2 death_signal=$3 broker=$1/$2
  process_stop "An earlier Kafka" "$broker/kafka.pid" TERM 30
  kafka_write_settings "$broker" "$number" "$(< "$broker/kafka.port")" "$(< "$broker/controller.port")" \
    "$(kafka_cluster_voters "$dir")" "$kafka_cluster_size"
  kafka_start "$broker" "$(< "$dir/cluster.id")" "$death_signal"
}

kafka_cluster_wait() {
  local number
  for ((number = 1; number <= kafka_cluster_size; ++number)); do kafka_wait "$1/$number"; done
}

# All are told at once. The last ones find no majority to hand their partitions over to, and are killed after the grace.
kafka_cluster_stop() {
  local number pid
  for ((number = 1; number <= kafka_cluster_size; ++number)); do
    if pid=$(process_id "$1/$number/kafka.pid"); then kill -s TERM -- "$pid" 2> /dev/null || true; fi
  done
  for ((number = 1; number <= kafka_cluster_size; ++number)); do kafka_stop "$1/$number" 10; done
}

# HOST:PORT,HOST:PORT,HOST:PORT for clients.
kafka_cluster_address() {
  local number addresses=
  for ((number = 1; number <= kafka_cluster_size; ++number)); do addresses+=${addresses:+,}$(kafka_address "$1/$number"); done
  printf '%s\n' "$addresses"
}
