# shellcheck shell=bash
# Runs `promptledger up` as it is measured, on topics of its own. Sourced by bench/run, which has the servers and the build ready.
: "${root_dir:?}" "${scratch_dir:?}"

program=$root_dir/build/bench/promptledger
program_dir=
program_key=
program_address=

# program_prepare [NAME]: chooses topics and an address for the programs that follow, until the next call. What they leave is kept below NAME.
program_prepare() {
  program_dir=$scratch_dir/${1:-program}
  program_key=$program_dir/key
  mkdir -p "$program_dir"
  export PROMPTLEDGER_KAFKA=$PROMPTLEDGER_TEST_KAFKA PROMPTLEDGER_POSTGRES=$PROMPTLEDGER_TEST_POSTGRES
  PROMPTLEDGER_KAFKA_TOPIC_PREFIX=bench-$(< /proc/sys/kernel/random/uuid)
  export PROMPTLEDGER_KAFKA_TOPIC_PREFIX
  program_address=http://127.0.0.1:$(free_port)
}

program_is_ready() {
  curl -sf -o /dev/null --max-time 5 "$program_address/health/ready"
}

# program_start LIMIT_S: returns when it serves.
program_start() {
  process_start "$program_dir/up.pid" "$program_dir/up.log" TERM \
    "$program" up --http-address 127.0.0.1 --http-port "${program_address##*:}" --first-key-file "$program_key" --log-level warn
  process_wait_ready promptledger "$program_dir/up.pid" "$program_dir/up.log" "$1" program_is_ready
}

program_stop() {
  process_stop promptledger "$program_dir/up.pid" TERM 30
}
