# shellcheck shell=bash
# How much memory `promptledger up` holds with many events behind it. Sourced by bench/run, which has the servers and the build ready.
: "${root_dir:?}" "${scratch_dir:?}"

memory_aim_kb=$((150 * 1024))

# memory_of FIELD: of the program, in kB.
memory_of() {
  sed -n "s/^$1:[[:space:]]*\([0-9]*\) kB/\1/p" "/proc/$(process_id "$scratch_dir/up.pid")/status"
}

memory_line() {
  local now peak
  now=$(memory_of VmRSS) peak=$(memory_of VmHWM)
  printf '%-46s resident %7d kB, at most so far %7d kB (%d %% of the aim, %d kB)\n' "$1" "$now" "$peak" "$((100 * now / memory_aim_kb))" "$memory_aim_kb"
}

# memory_is_ready ADDRESS: it serves.
memory_is_ready() {
  curl -sf -o /dev/null --max-time 5 "$1/health/ready"
}

# memory_is_level ADDRESS: every read model tells of its partitions, and has applied all of their records.
memory_is_level() {
  local models
  models=$(curl -sf --max-time 5 "$1/metrics" | awk -F '"' '/^promptledger_projection_lag_records\{/ { told[$0 ~ /projection="/ ? $2 : ""] += 1; split($0, parts, " "); lag += parts[2] }
    END { for (name in told) ++count; print (lag == 0 ? count + 0 : 0) }')
  ((models >= 3))
}

# memory_start ADDRESS KEY_FILE: returns when the command side has read the log and the read models are there.
memory_start() {
  local address=$1
  process_start "$scratch_dir/up.pid" "$scratch_dir/up.log" TERM \
    "$root_dir/build/bench/promptledger" up --http-address 127.0.0.1 --http-port "${address##*:}" --first-key-file "$2"
  process_wait_ready promptledger "$scratch_dir/up.pid" "$scratch_dir/up.log" 3600 memory_is_ready "$address"
  until memory_is_level "$address"; do
    process_id "$scratch_dir/up.pid" > /dev/null || fail "promptledger ended" "$scratch_dir/up.log"
    pause 1
  done
}

# resident_memory [EVENTS] [SECONDS_OF_LOAD]
resident_memory() {
  local events=${1:-1000000} load_s=${2:-20} key=$scratch_dir/key address
  export PROMPTLEDGER_KAFKA=$PROMPTLEDGER_TEST_KAFKA PROMPTLEDGER_POSTGRES=$PROMPTLEDGER_TEST_POSTGRES
  PROMPTLEDGER_KAFKA_TOPIC_PREFIX=bench-$(< /proc/sys/kernel/random/uuid)
  export PROMPTLEDGER_KAFKA_TOPIC_PREFIX
  address=http://127.0.0.1:$(free_port)

  step "Making $events events"
  job_run "fill" - 3600 "$root_dir/build/bench/bench/bench_fill_log" "$events" "$PROMPTLEDGER_KAFKA_TOPIC_PREFIX" || fail "the log could not be filled"
  step "Starting, with all of them to read and no read model"
  memory_start "$address" "$key"
  memory_line "read models built from $events events"
  process_stop promptledger "$scratch_dir/up.pid" TERM 30
  step "Starting again"
  memory_start "$address" "$key"
  memory_line "started again"
  if ((load_s > 0)); then
    step "Load"
    job_run "load" - 600 "$root_dir/build/bench/promptledger" bench --url "$address" --key-file "$key" --clients 64 --seconds "$load_s" || fail "the load failed"
    memory_line "after loads of 64 clients for $load_s s"
    pause 10
    memory_line "and 10 s later"
  fi
  process_stop promptledger "$scratch_dir/up.pid" TERM 30
}
