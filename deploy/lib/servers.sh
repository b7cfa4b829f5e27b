# The private servers of one directory: PostgreSQL in DIR/postgres, and one broker in DIR/kafka or three in DIR/brokers. Sourced; needs the
# files that it calls, loaded by load.sh.

# servers_spawn DIR LIFE DURABLE [BROKERS]: LIFE is "with-us" (they stop when this script dies, however it dies) or "detached"; BROKERS is
# 1 or 3.
servers_spawn() {
  local dir=$1 life=$2 durable=$3 brokers=${4:-1} kafka_death=TERM postgres_death=INT
  if [[ $life == detached ]]; then kafka_death=none postgres_death=none; fi
  case $brokers in
    1) kafka_spawn "$dir/kafka" "$kafka_death" ;;
    3) kafka_cluster_spawn "$dir/brokers" "$kafka_death" ;;
    *) fail "there can be 1 broker or 3, not \"$brokers\"" ;;
  esac
  postgres_spawn "$dir/postgres" "$postgres_death" "$durable"
}

servers_wait() {
  postgres_wait "$1/postgres"
  if [[ -d $1/brokers ]]; then kafka_cluster_wait "$1/brokers"; else kafka_wait "$1/kafka"; fi
}

# Kafka's, for clients: of one broker or of all.
servers_kafka_address() {
  if [[ -d $1/brokers ]]; then kafka_cluster_address "$1/brokers"; else kafka_address "$1/kafka"; fi
}

servers_stop() {
  kafka_stop "$1/kafka"
  kafka_cluster_stop "$1/brokers"
  postgres_stop "$1/postgres"
}

# A data directory that PostgreSQL has elsewhere (postgres_data_dir) goes too.
servers_remove() {
  local dir=$1
  if [[ -s $dir/postgres/location ]]; then rm -rf -- "$(< "$dir/postgres/location")"; fi
  rm -rf -- "$dir"
}
