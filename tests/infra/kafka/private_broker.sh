#!/usr/bin/env bash
# One Kafka broker of a test's own, driven through standard input: start, stop, kill, pause, resume. Each is answered by a line: "ready
# HOST:PORT" or "done". The broker and its data go when standard input ends, that is when the test does, however it ends.
source "$(dirname "${BASH_SOURCE[0]}")/../../../deploy/lib/load.sh"

scratch_make
trap scratch_remove EXIT
kafka_dir=$scratch_dir/kafka

signal() {
  kill -s "$1" -- "$(process_id "$kafka_dir/kafka.pid")"
}

while read -r order; do
  case $order in
    start)
      kafka_spawn "$kafka_dir" TERM >&2
      kafka_wait "$kafka_dir" >&2
      printf 'ready %s\n' "$(kafka_address "$kafka_dir")"
      continue
      ;;
    stop) kafka_stop "$kafka_dir" >&2 ;;
    kill) process_stop Kafka "$kafka_dir/kafka.pid" KILL 30 >&2 ;;
    pause) signal STOP ;;
    resume) signal CONT ;;
    *) fail "unknown order \"$order\"" ;;
  esac
  printf 'done\n'
done
# What it holds is thrown away: it need not stop in order, and when paused it could not.
process_stop Kafka "$kafka_dir/kafka.pid" KILL 30 >&2
