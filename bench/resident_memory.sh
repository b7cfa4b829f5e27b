# shellcheck shell=bash
# How much memory `promptledger up` holds with many events behind it. Sourced by bench/run, after program.sh.
: "${root_dir:?}" "${scratch_dir:?}" "${program:?}" "${program_address?}" "${program_dir?}" "${program_key?}"

memory_aim_kb=$((150 * 1024))

# memory_of FIELD: of the program, in kB.
memory_of() {
  sed -n "s/^$1:[[:space:]]*\([0-9]*\) kB/\1/p" "/proc/$(process_id "$program_dir/up.pid")/status"
}

memory_line() {
  local now peak
  now=$(memory_of VmRSS) peak=$(memory_of VmHWM)
  printf '%-46s resident %7d kB, at most so far %7d kB (%d %% of the aim, %d kB)\n' "$1" "$now" "$peak" "$((100 * now / memory_aim_kb))" "$memory_aim_kb"
}

# Every read model tells of its partitions, and has applied all of their records.
memory_is_level() {
  local models
  models=$(curl -sf --max-time 5 -H "Authorization: Bearer $(< "$program_key")" "$program_address/metrics" | awk -F '"' '/^promptledger_projection_lag_records\{/ { told[$0 ~ /projection="/ ? $2 : ""] += 1; split($0, parts, " "); lag += parts[2] }
    END { for (name in told) ++count; print (lag == 0 ? count + 0 : 0) }')
  ((models >= 3))
}

# Returns when the command side has read the log and the read models are there.
memory_start() {
  program_start 3600
  until memory_is_level; do
    process_id "$program_dir/up.pid" > /dev/null || fail "promptledger ended" "$program_dir/up.log"
    pause 1
  done
}

# resident_memory [EVENTS] [SECONDS_OF_LOAD]
resident_memory() {
  local events=${1:-1000000} load_s=${2:-20}
  program_prepare
  step "Making $events events"
  job_run "fill" - 3600 "$root_dir/build/bench/bench/bench_fill_log" "$events" "$PROMPTLEDGER_KAFKA_TOPIC_PREFIX" || fail "the log could not be filled"
  step "Starting, with all of them to read and no read model"
  memory_start
  memory_line "read models built from $events events"
  program_stop
  step "Starting again"
  memory_start
  memory_line "started again"
  if ((load_s > 0)); then
    step "Load"
    job_run "load" - 600 "$program" bench --url "$program_address" --key-file "$program_key" --clients 64 --seconds "$load_s" || fail "the load failed"
    memory_line "after loads of 64 clients for $load_s s"
    pause 10
    memory_line "and 10 s later"
  fi
  program_stop
}
