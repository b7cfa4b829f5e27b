# Both private servers of one directory: DIR/kafka and DIR/postgres. Sourced; needs the files that it calls, loaded by load.sh.

# servers_spawn DIR LIFE DURABLE: LIFE is "with-us" (they stop when this script dies, however it dies) or "detached".
servers_spawn() {
  local dir=$1 life=$2 durable=$3
  if [[ $life == detached ]]; then
    kafka_spawn "$dir/kafka" none
    postgres_spawn "$dir/postgres" none "$durable"
  else
    kafka_spawn "$dir/kafka" TERM
    postgres_spawn "$dir/postgres" INT "$durable"
  fi
}

servers_wait() {
  postgres_wait "$1/postgres"
  kafka_wait "$1/kafka"
}

servers_stop() {
  kafka_stop "$1/kafka"
  postgres_stop "$1/postgres"
}

# A data directory that PostgreSQL has elsewhere (postgres_data_dir) goes too.
servers_remove() {
  local dir=$1
  if [[ -s $dir/postgres/location ]]; then rm -rf -- "$(< "$dir/postgres/location")"; fi
  rm -rf -- "$dir"
}
